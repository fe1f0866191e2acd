exchange-crumb-catalogue = Katalogen
exchange-check-title = Kontroll mot andre kataloger
exchange-check-lead = Kilden vises også i nasjonale og europeiske kataloger. Her ser du hva de krever som beskrivelsen mangler. Mangler stopper ikke publisering.
exchange-check-good = Ingen mangler
exchange-check-count = { $count ->
    [one] Én ting å se på:
   *[other] { $count } ting å se på:
}
exchange-check-turtle = Se kilden slik katalogen leser den ({ $profile })
exchange-profile-dcat-ap-no-2 = Felles datakatalog, data.norge.no (DCAT-AP-NO 2)
exchange-profile-health = Den europeiske katalogen over helsedata (HealthDCAT-AP)
exchange-severity-violation = Mangel
exchange-severity-warning = Bør rettes
exchange-severity-info = Til orientering
exchange-error-profile = Velg dcat-ap-no-2, dcat-ap-no-3, health eller schema.org.
exchange-error-format = Velg ttl, jsonld, rdf eller nt.
exchange-error-since = Skriv et tidspunkt, for eksempel 2026-11-01T00:00:00Z, eller en dag, for eksempel 2026-11-01.
problem-exchange-not_found = Katalogen har ingen slik kilde eller side.
problem-exchange-unknown_profile = Profilen finnes ikke. Velg dcat-ap-no-2, dcat-ap-no-3, health eller schema.org.
problem-exchange-unknown_format = Formatet finnes ikke. Velg ttl, jsonld, rdf eller nt.
problem-exchange-wrong_since = Tidspunktet kan ikke leses. Skriv for eksempel 2026-11-01.
problem-exchange-writing = Beskrivelsen kunne ikke skrives. Feilen er vår.
problem-exchange-shapes = Kontrollen kunne ikke gjøres. Feilen er vår.
problem-exchange-depth = Beskrivelsen er for sammensatt til å kontrolleres. Feilen er vår.
