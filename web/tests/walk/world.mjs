// What the walk looks for in the demo world.

/** Variables that the researcher applies for, and the words that find the first of them. */
export const WANTED = {
  search: "hovedtilstand",
  condition: "npr/contact/main_condition",
  // Codes of ICD-10 that begin so: diseases of the circulatory system. Heart failure alone would be too few in a small world.
  prefixes: "I",
  variables: {
    condition: "npr/contact/main_condition",
    arrived: "npr/contact/in_date",
    drug: "lmr/dispensing/atc",
    dispensed: "lmr/dispensing/dispensing_date",
    quality: "hjertesvikt/registrering/nyha",
  },
};

/** The people of the world that the walk is, found by the keys of the list that the program prints. */
export function people(logins) {
  const found = (key) => {
    const login = logins.find((l) => l.key === key);
    if (!login) throw new Error(`the world has nobody called ${key}: ${logins.map((l) => l.key).join(", ")}`);
    return login;
  };
  const at = (key, side) => ({ ...found(key), side });
  return {
    researcher: at("researcher", /forsker/i),
    handler: at("handler", /saksbehandler/i),
    reviewer: at("reviewer", /kontrollør/i),
    citizen: found("citizen"),
  };
}
