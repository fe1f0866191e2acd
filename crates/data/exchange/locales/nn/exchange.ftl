exchange-crumb-catalogue = Katalogen
exchange-check-title = Kontroll mot andre katalogar
exchange-check-lead = Kjelda blir òg vist i nasjonale og europeiske katalogar. Her ser du kva dei krev som skildringa manglar. Manglar noko som er påkravd, må den som publiserer seie kvifor.
exchange-check-good = Ingen manglar
exchange-check-breaches = { $count ->
    [one] Éin mangel i det som er påkravd
   *[other] { $count } manglar i det som er påkravd
}
exchange-check-advice = { $count ->
    [one] Eitt råd
   *[other] { $count } råd
}
exchange-check-to-come = Krava er ikkje tekne i bruk enno.
exchange-check-turtle = Sjå kjelda slik katalogen les ho ({ $profile })
exchange-short-dcat-ap-no-2 = DCAT-AP-NO 2
exchange-short-dcat-ap-no-3 = DCAT-AP-NO 3
exchange-short-health = HealthDCAT-AP
exchange-severity-violation = Påkravd
exchange-severity-warning = Bør rettast
exchange-severity-info = Til orientering
exchange-history = Då utgåvene blei publiserte
exchange-history-caption = Funn då kvar utgåve blei publisert, nyaste først
exchange-history-edition = Utgåve
exchange-history-when = Kontrollert
exchange-history-none = Inga utgåve er kontrollert ved publisering enno. Neste utgåve blir det.
exchange-history-other-shapes = andre krav enn i dag
exchange-history-not-checked = Ikkje kontrollert
exchange-crumb-desk = Forvalting
exchange-harvests = Katalogar som blir hausta
exchange-harvests-lead = Varde les desse katalogane jamleg. Det som er nytt, blir eitt framlegg som nokon ser på før det blir publisert. Det som forsvinn der, blir foreslått trekt tilbake, aldri sletta.
exchange-harvests-caption = Katalogar, kvar dei er og korleis det går
exchange-harvests-none = Ingen katalogar blir hausta
exchange-harvests-none-text = Legg til ein katalog nedanfor, eller be den som forvaltar datakjeldene om det.
exchange-harvest-new = Legg til ein katalog
exchange-harvest-title = Namn
exchange-harvest-title-hint = Det katalogen blir kalla her, til dømes namnet på verksemda.
exchange-harvest-address = Adresse
exchange-harvest-address-hint = Ei https-adresse som svarar med DCAT som Turtle, JSON-LD eller RDF/XML.
exchange-harvest-every = Kor ofte
exchange-harvest-state = Status
exchange-harvest-next = Neste gong
exchange-harvest-mail = E-post til den som skal ha beskjed
exchange-harvest-mail-hint = Ein funksjon, ikkje ein person. Han får beskjed når det har gått gale tre gonger på rad.
exchange-harvest-add = Legg til
exchange-harvest-now = Hent no
exchange-harvest-pause = Set på pause
exchange-harvest-resume = Start igjen
exchange-harvest-lost = Så mykje er borte frå katalogen at det kan vere ein feil hos han. Er det meininga at det skal vere borte?
exchange-harvest-lose = Ja, foreslå det trekt tilbake
exchange-pace-day = Kvar dag
exchange-pace-week = Kvar veke
exchange-pace-month = Kvar 30. dag
exchange-pace-hours = { $count ->
    [one] Kvar time
   *[other] Kvar { $count }. time
}
exchange-state-works = Verkar
exchange-state-paused = På pause
exchange-state-fails = { $count ->
    [one] Feila sist
   *[other] Feila { $count } gonger på rad
}
exchange-next-now = Straks
exchange-next-never = Ikkje medan han er på pause
exchange-runs = Historikk
exchange-runs-caption = Kvar gong katalogen blei lesen, nyaste først
exchange-runs-none = Katalogen er ikkje lesen enno. Det skjer om litt.
exchange-runs-when = Når
exchange-runs-outcome = Utfall
exchange-runs-counts = Datasett
exchange-runs-proposal = Framlegg
exchange-runs-see = Sjå framlegget
exchange-outcome-not_modified = Uendra
exchange-outcome-nothing_new = Ikkje noko nytt
exchange-outcome-proposed = Foreslått
exchange-outcome-failed = Feila
exchange-count-datasets = { $count } i katalogen
exchange-count-added = { $count ->
    [one] eitt nytt
   *[other] { $count } nye
}
exchange-count-changed = { $count ->
    [one] eitt endra
   *[other] { $count } endra
}
exchange-count-withdrawn = { $count ->
    [one] eitt borte
   *[other] { $count } borte
}
exchange-count-left-out = { $count ->
    [one] eitt halde utanfor
   *[other] { $count } haldne utanfor
}
exchange-trouble-not_https = Adressa er ikkje ei https-adresse.
exchange-trouble-not_public = Adressa fører ikkje til det opne nettet.
exchange-trouble-no_answer = Katalogen svara ikkje i tide.
exchange-trouble-status = Katalogen finst ikkje på adressa, eller tenaren hans feila.
exchange-trouble-redirects = Adressa viser vidare for mange gonger.
exchange-trouble-too_large = Katalogen er for stor.
exchange-trouble-not_rdf = Svaret er ikkje Turtle, JSON-LD, RDF/XML eller N-Triples.
exchange-trouble-broken = Svaret kan ikkje lesast: det er feil i det.
exchange-trouble-no_datasets = Svaret skildrar ingen datasett med adresse.
exchange-trouble-lost_many = Mykje er borte frå katalogen sidan sist. Nokon må seie om det er meininga.
exchange-trouble-wrong_source = Det katalogen seier, kan ikkje bli ei datakjelde her.
exchange-trouble-ours = Feilen er vår. Vi prøver igjen.
exchange-mail-subject = Katalogen { $title } kan ikkje haustast
exchange-mail-body = Varde har prøvd å lese katalogen «{ $title }» { $count } gonger på rad utan å lukkast, sist { $date }.

    { $trouble }

    Vi prøver igjen, med lengre og lengre pausar. Historikken står her: { $link }
exchange-error-title = Skriv eit namn på høgst 200 teikn.
exchange-error-address = Skriv ei https-adresse, utan brukarnamn og utan #.
exchange-error-not-public = Adressa fører ikkje til det opne nettet.
exchange-error-every = Vel kor ofte katalogen skal lesast.
exchange-error-mail = Skriv ei e-postadresse, til dømes katalog@verksemd.no.
exchange-error-already = Katalogen på denne adressa blir hausta allereie.
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
problem-exchange-lost_many = Mykje er borte frå katalogen sidan sist. Sjå etter om heile katalogen er med.
problem-exchange-already_harvested = Katalogen på denne adressa blir hausta allereie.
problem-exchange-invalid = Noko i skjemaet må rettast.
problem-exchange-client = Katalogar kan ikkje lesast no. Feilen er vår.
