# Hva som finnes i dataene: tilgjengelighet år for år, og statistikk.

availability-title = Tilgjengelighet
availability-link = Se hva som finnes i dataene, år for år
availability-lead = Hver rad er en variabel, hver kolonne et år. Her ser du om variabelen etter katalogen skal finnes det året, og om den har verdier i dataene.
availability-counted = Dataene er telt opp { $when }.
availability-not-counted = Ingen data er telt opp for denne datasamlingen ennå. Du ser bare hva katalogen sier.
availability-summary = { $contradictions ->
    [0] { $variables ->
        [one] Én variabel, som stemmer med katalogen.
       *[other] { $variables } variabler. Ingen av dem strider mot katalogen.
    }
   *[other] { $contradictions } av { $variables } variabler strider mot katalogen i minst ett år.
}
availability-show-contradictions = Vis bare dem som strider mot katalogen
availability-show-all = Vis alle variablene
availability-none-title = Ingen variabler å vise
availability-none-text = Ingen variabel i utvalget strider mot det katalogen sier.
availability-back = Til datasamlingen
availability-status = Viser variabel { $first }–{ $last } av { $total }
availability-years = År
availability-earlier = Tidligere år
availability-later = Senere år
availability-caption = Variabler mot år
availability-undated = Uten dato
availability-unreleased = (ikke i dataene)
availability-standing-both = Skal finnes, og finnes i dataene
availability-standing-declared = Skal finnes; ingen data for året
availability-standing-unobserved = Skal finnes, men for få eller ingen har verdi
availability-standing-undeclared = Finnes i dataene, men ikke i katalogen
availability-standing-neither = Skal ikke finnes, og er ikke funnet

availability-statistics = Statistikk
availability-statistics-lead = Tallene er fra den nyeste godkjente dataversjonen, telt opp { $when }.
availability-statistics-all = Se statistikken for alle årene
availability-statistics-back = Til variabelen
availability-statistics-none-title = Ingen statistikk ennå
availability-statistics-none-text = Det finnes ingen opptelling av denne variabelen. Enten har datasamlingen ingen godkjent dataversjon, eller så er variabelen ikke med i den.
availability-distribution = Fordeling i { $year }
availability-figure = Hvor mange rader hver gruppe har i { $year }. Tabellen under har de samme tallene.
availability-figure-more = { $count ->
    [one] Én gruppe til står bare i tabellen.
   *[other] { $count } grupper til står bare i tabellen.
}
availability-groups-caption = Rader og personer i hver gruppe, { $year }
availability-column-group = Verdi
availability-column-rows = Rader
availability-column-people = Personer
availability-column-share = Andel
availability-column-year = År
availability-column-missing = Uten verdi
availability-column-mean = Gjennomsnitt
availability-column-deviation = Standardavvik
availability-column-lower = Nedre kvartil
availability-column-median = Median
availability-column-upper = Øvre kvartil
availability-by-year = Rader med verdi, år for år
availability-withheld = holdt tilbake
availability-few = for få eller ingen
availability-missing-few = for få eller ingen
availability-about = om lag { $number }
availability-percent = { $number } %
availability-interval-any = alle tall
availability-interval-below = under { $until }
availability-interval-from = { $from } eller mer
availability-interval-whole = { $from }–{ $last }
availability-interval-between = { $from } til under { $until }
availability-nothing-withheld = Ingen gruppe er holdt tilbake.
availability-groups-withheld = { $count ->
    [one] Én gruppe er holdt tilbake, fordi den er liten eller ville røpet en som er det.
   *[other] { $count } grupper er holdt tilbake, fordi de er små eller ville røpet en som er det.
}
availability-some-codes = Listen viser de vanligste verdiene som kan vises. Sjeldne verdier er holdt tilbake.
availability-safety = Slik er tallene gjort trygge
availability-safety-small = Ingenting er sagt om grupper på færre enn { $threshold } personer, eller der to personer har nesten alle radene. Null vises: Da er det ingen.
availability-safety-more = En liten gruppe er aldri holdt tilbake alene, så den kan ikke regnes ut av resten. Av samme grunn er ingen sum over flere år vist.
availability-safety-rounded = Alle tall er avrundet til nærmeste { $base }. Derfor kan summene avvike litt.
availability-safety-opt-out = De som har reservert seg, trukket et samtykke eller har fortrolig adresse da det ble telt, er ikke med i noe tall.
availability-safety-numbers = Gjennomsnitt, standardavvik og kvartiler er regnet ut av gruppene over, ikke av enkeltverdier. De er derfor omtrentlige. Minste og største verdi er ikke vist.

problem-metadata-observations = Opptellingen av dataene kan ikke leses akkurat nå. Prøv igjen om litt.
