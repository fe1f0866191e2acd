exchange-crumb-catalogue = Katalogen
exchange-check-title = Kontroll mot andre kataloger
exchange-check-lead = Kilden vises også i nasjonale og europeiske kataloger. Her ser du hva de krever som beskrivelsen mangler. Mangler noe som er påkrevd, må den som publiserer si hvorfor.
exchange-check-good = Ingen mangler
exchange-check-breaches = { $count ->
    [one] Én mangel i det som er påkrevd
   *[other] { $count } mangler i det som er påkrevd
}
exchange-check-advice = { $count ->
    [one] Ett råd
   *[other] { $count } råd
}
exchange-check-to-come = Kravene er ikke tatt i bruk ennå.
exchange-check-turtle = Se kilden slik katalogen leser den ({ $profile })
exchange-short-dcat-ap-no-2 = DCAT-AP-NO 2
exchange-short-dcat-ap-no-3 = DCAT-AP-NO 3
exchange-short-health = HealthDCAT-AP
exchange-severity-violation = Påkrevd
exchange-severity-warning = Bør rettes
exchange-severity-info = Til orientering
exchange-history = Da utgavene ble publisert
exchange-history-caption = Funn da hver utgave ble publisert, nyeste først
exchange-history-edition = Utgave
exchange-history-when = Kontrollert
exchange-history-none = Ingen utgave er kontrollert ved publisering ennå. Neste utgave blir det.
exchange-history-other-shapes = andre krav enn i dag
exchange-history-not-checked = Ikke kontrollert
exchange-crumb-desk = Forvaltning
exchange-harvests = Kataloger som blir høstet
exchange-harvests-lead = Varde leser disse katalogene jevnlig. Det som er nytt, blir ett forslag som noen ser på før det blir publisert. Det som forsvinner der, blir foreslått trukket tilbake, aldri slettet.
exchange-harvests-caption = Kataloger, hvor de er og hvordan det går
exchange-harvests-none = Ingen kataloger blir høstet
exchange-harvests-none-text = Legg til en katalog nedenfor, eller be den som forvalter datakildene om det.
exchange-harvest-new = Legg til en katalog
exchange-harvest-title = Navn
exchange-harvest-title-hint = Det katalogen blir kalt her, for eksempel virksomhetens navn.
exchange-harvest-address = Adresse
exchange-harvest-address-hint = En https-adresse som svarer med DCAT som Turtle, JSON-LD eller RDF/XML.
exchange-harvest-every = Hvor ofte
exchange-harvest-state = Status
exchange-harvest-next = Neste gang
exchange-harvest-mail = E-post til den som skal ha beskjed
exchange-harvest-mail-hint = En funksjon, ikke en person. Den får beskjed når det har gått galt tre ganger på rad.
exchange-harvest-add = Legg til
exchange-harvest-now = Hent nå
exchange-harvest-pause = Sett på pause
exchange-harvest-resume = Start igjen
exchange-harvest-lost = Så mye er borte fra katalogen at det kan være en feil hos den. Er det meningen at det skal være borte?
exchange-harvest-lose = Ja, foreslå det trukket tilbake
exchange-pace-day = Hver dag
exchange-pace-week = Hver uke
exchange-pace-month = Hver 30. dag
exchange-pace-hours = { $count ->
    [one] Hver time
   *[other] Hver { $count }. time
}
exchange-state-works = Virker
exchange-state-paused = På pause
exchange-state-fails = { $count ->
    [one] Feilet sist
   *[other] Feilet { $count } ganger på rad
}
exchange-next-now = Straks
exchange-next-never = Ikke mens den er på pause
exchange-runs = Historikk
exchange-runs-caption = Hver gang katalogen ble lest, nyeste først
exchange-runs-none = Katalogen er ikke lest ennå. Det skjer om litt.
exchange-runs-when = Når
exchange-runs-outcome = Utfall
exchange-runs-counts = Datasett
exchange-runs-proposal = Forslag
exchange-runs-see = Se forslaget
exchange-outcome-not_modified = Uendret
exchange-outcome-nothing_new = Ikke noe nytt
exchange-outcome-proposed = Foreslått
exchange-outcome-failed = Feilet
exchange-count-datasets = { $count } i katalogen
exchange-count-added = { $count ->
    [one] ett nytt
   *[other] { $count } nye
}
exchange-count-changed = { $count ->
    [one] ett endret
   *[other] { $count } endret
}
exchange-count-withdrawn = { $count ->
    [one] ett borte
   *[other] { $count } borte
}
exchange-count-left-out = { $count ->
    [one] ett holdt utenfor
   *[other] { $count } holdt utenfor
}
exchange-trouble-not_https = Adressen er ikke en https-adresse.
exchange-trouble-not_public = Adressen fører ikke til det åpne nettet.
exchange-trouble-no_answer = Katalogen svarte ikke i tide.
exchange-trouble-status = Katalogen finnes ikke på adressen, eller tjeneren dens feilet.
exchange-trouble-redirects = Adressen viser videre for mange ganger.
exchange-trouble-too_large = Katalogen er for stor.
exchange-trouble-not_rdf = Svaret er ikke Turtle, JSON-LD, RDF/XML eller N-Triples.
exchange-trouble-broken = Svaret kan ikke leses: det er feil i det.
exchange-trouble-no_datasets = Svaret beskriver ingen datasett med adresse.
exchange-trouble-lost_many = Mye er borte fra katalogen siden sist. Noen må si om det er meningen.
exchange-trouble-wrong_source = Det katalogen sier, kan ikke bli en datakilde her.
exchange-trouble-ours = Feilen er vår. Vi prøver igjen.
exchange-mail-subject = Katalogen { $title } kan ikke høstes
exchange-mail-body = Varde har prøvd å lese katalogen «{ $title }» { $count } ganger på rad uten å lykkes, sist { $date }.

    { $trouble }

    Vi prøver igjen, med lengre og lengre pauser. Historikken står her: { $link }
exchange-error-title = Skriv et navn på høyst 200 tegn.
exchange-error-address = Skriv en https-adresse, uten brukernavn og uten #.
exchange-error-not-public = Adressen fører ikke til det åpne nettet.
exchange-error-every = Velg hvor ofte katalogen skal leses.
exchange-error-mail = Skriv en e-postadresse, for eksempel katalog@virksomhet.no.
exchange-error-already = Katalogen på denne adressen blir høstet allerede.
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
problem-exchange-lost_many = Mye er borte fra katalogen siden sist. Se etter om hele katalogen er med.
problem-exchange-already_harvested = Katalogen på denne adressen blir høstet allerede.
problem-exchange-invalid = Noe i skjemaet må rettes.
problem-exchange-client = Kataloger kan ikke leses nå. Feilen er vår.
