// What the walk looks for in the demo world.

/** Variables that the researcher applies for, and the words that find the first of them. */
export const WANTED = {
  search: "hovedtilstand",
  condition: "npr/contact/main_condition",
  // Codes of ICD-10 that begin so: diseases of the circulatory system. Heart failure alone would be too few in a small world.
  prefixes: "I",
  // In so small a world a longer time makes nearly everybody alone with their years, and leaves them out.
  from: "2023-01-01",
  until: "2024-12-31",
  variables: {
    condition: "npr/contact/main_condition",
    arrived: "npr/contact/in_date",
    drug: "lmr/dispensing/atc",
    dispensed: "lmr/dispensing/dispensing_date",
    quality: "hjertesvikt/visit/nyha",
  },
};

/** The people of the world that the walk is: `logins` has their names by their keys in Test-ID. */
export function people(logins) {
  const at = (key, side) => {
    if (!logins[key]) throw new Error(`the world has nobody called ${key}: ${Object.keys(logins).join(", ")}`);
    return { key, name: logins[key], side };
  };
  return {
    researcher: at("forsker", /forsker/i),
    handler: at("saksbehandler", /saksbehandler/i),
    reviewer: at("kontrollor", /kontrollør/i),
    steward: at("registerforvalter", /registerforvalter/i),
    operator: at("drift", /driftsansvarlig/i),
    citizen: at("innbygger"),
    optsOutBefore: at("reserverer-seg"),
    optsOutAfter: at("reserverer-seg-senere"),
    manager: at("daglig-leder"),
    supplierManager: at("leverandor-leder"),
    serviceOwner: at("tjenesteeier", /saksbehandler/i),
  };
}
