# Kva som finst i dataa: tilgjenge år for år, og statistikk.

availability-title = Tilgjenge
availability-link = Sjå kva som finst i dataa, år for år
availability-lead = Kvar rad er ein variabel, kvar kolonne eit år. Her ser du om variabelen etter katalogen skal finnast det året, og om han har verdiar i dataa.
availability-counted = Dataa er talde opp { $when }.
availability-not-counted = Ingen data er talde opp for denne datasamlinga enno. Du ser berre kva katalogen seier.
availability-summary = { $contradictions ->
    [0] { $variables ->
        [one] Éin variabel, som stemmer med katalogen.
       *[other] { $variables } variablar. Ingen av dei strid mot katalogen.
    }
   *[other] { $contradictions } av { $variables } variablar strid mot katalogen i minst eitt år.
}
availability-show-contradictions = Vis berre dei som strid mot katalogen
availability-show-all = Vis alle variablane
availability-none-title = Ingen variablar å vise
availability-none-text = Ingen variabel i utvalet strid mot det katalogen seier.
availability-back = Til datasamlinga
availability-status = Viser variabel { $first }–{ $last } av { $total }
availability-years = År
availability-earlier = Tidlegare år
availability-later = Seinare år
availability-caption = Variablar mot år
availability-undated = Utan dato
availability-unreleased = (ikkje i dataa)
availability-standing-both = Skal finnast, og finst i dataa
availability-standing-declared = Skal finnast; ingen data for året
availability-standing-unobserved = Skal finnast, men for få eller ingen har verdi
availability-standing-undeclared = Finst i dataa, men ikkje i katalogen
availability-standing-neither = Skal ikkje finnast, og er ikkje funnen

availability-statistics = Statistikk
availability-statistics-lead = Tala er frå den nyaste godkjende dataversjonen, talde opp { $when }.
availability-statistics-all = Sjå statistikken for alle åra
availability-statistics-back = Til variabelen
availability-statistics-none-title = Ingen statistikk enno
availability-statistics-none-text = Det finst inga oppteljing av denne variabelen. Anten har datasamlinga ingen godkjend dataversjon, eller så er variabelen ikkje med i han.
availability-distribution = Fordeling i { $year }
availability-figure = Kor mange rader kvar gruppe har i { $year }. Tabellen under har dei same tala.
availability-figure-more = { $count ->
    [one] Éi gruppe til står berre i tabellen.
   *[other] { $count } grupper til står berre i tabellen.
}
availability-groups-caption = Rader og personar i kvar gruppe, { $year }
availability-column-group = Verdi
availability-column-rows = Rader
availability-column-people = Personar
availability-column-share = Del
availability-column-year = År
availability-column-missing = Utan verdi
availability-column-mean = Gjennomsnitt
availability-column-deviation = Standardavvik
availability-column-lower = Nedre kvartil
availability-column-median = Median
availability-column-upper = Øvre kvartil
availability-by-year = Rader med verdi, år for år
availability-withheld = halde tilbake
availability-few = for få eller ingen
availability-missing-few = for få eller ingen
availability-about = om lag { $number }
availability-percent = { $number } %
availability-interval-any = alle tal
availability-interval-below = under { $until }
availability-interval-from = { $from } eller meir
availability-interval-whole = { $from }–{ $last }
availability-interval-between = { $from } til under { $until }
availability-nothing-withheld = Inga gruppe er halden tilbake.
availability-groups-withheld = { $count ->
    [one] Éi gruppe er halden tilbake, fordi ho er lita eller ville ha røpt ei som er det.
   *[other] { $count } grupper er haldne tilbake, fordi dei er små eller ville ha røpt ei som er det.
}
availability-some-codes = Lista viser dei vanlegaste verdiane som kan visast. Sjeldne verdiar er haldne tilbake.
availability-safety = Slik er tala gjorde trygge
availability-safety-small = Ingenting er sagt om grupper på færre enn { $threshold } personar, eller der to personar har nesten alle radene. Null blir vist: Då er det ingen.
availability-safety-more = Ei lita gruppe er aldri halden tilbake åleine, så ho kan ikkje reknast ut av resten. Av same grunn er ingen sum over fleire år vist.
availability-safety-rounded = Alle tal er runda av til nærmaste { $base }. Difor kan summane avvike litt.
availability-safety-opt-out = Dei som har reservert seg, trekt eit samtykke eller har fortruleg adresse då det blei talt, er ikkje med i noko tal.
availability-safety-numbers = Gjennomsnitt, standardavvik og kvartilar er rekna ut av gruppene over, ikkje av einskildverdiar. Dei er difor omtrentlege. Minste og største verdi er ikkje viste.

problem-metadata-observations = Oppteljinga av dataa kan ikkje lesast akkurat no. Prøv igjen om litt.
