exchange-crumb-catalogue = Katalogen
exchange-check-title = Kontroll mot andre katalogar
exchange-check-lead = Kjelda blir også vist i nasjonale og europeiske katalogar. Her ser du kva dei krev som skildringa manglar. Manglar stoppar ikkje publisering.
exchange-check-good = Ingen manglar
exchange-check-count = { $count ->
    [one] Éin ting å sjå på:
   *[other] { $count } ting å sjå på:
}
exchange-check-turtle = Sjå kjelda slik katalogen les henne ({ $profile })
exchange-profile-dcat-ap-no-2 = Felles datakatalog, data.norge.no (DCAT-AP-NO 2)
exchange-profile-health = Den europeiske katalogen over helsedata (HealthDCAT-AP)
exchange-severity-violation = Mangel
exchange-severity-warning = Bør rettast
exchange-severity-info = Til orientering
exchange-error-profile = Vel dcat-ap-no-2, dcat-ap-no-3, health eller schema.org.
exchange-error-format = Vel ttl, jsonld, rdf eller nt.
exchange-error-since = Skriv eit tidspunkt, til dømes 2026-11-01T00:00:00Z, eller ein dag, til dømes 2026-11-01.
problem-exchange-not_found = Katalogen har inga slik kjelde eller side.
problem-exchange-unknown_profile = Profilen finst ikkje. Vel dcat-ap-no-2, dcat-ap-no-3, health eller schema.org.
problem-exchange-unknown_format = Formatet finst ikkje. Vel ttl, jsonld, rdf eller nt.
problem-exchange-wrong_since = Tidspunktet kan ikkje lesast. Skriv til dømes 2026-11-01.
problem-exchange-writing = Skildringa kunne ikkje skrivast. Feilen er vår.
problem-exchange-shapes = Kontrollen kunne ikkje gjerast. Feilen er vår.
problem-exchange-depth = Skildringa er for samansett til å kontrollerast. Feilen er vår.
