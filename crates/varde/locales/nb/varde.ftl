# Drift
operations-title = Drift
operations-well = Alt går som det skal
operations-well-text = Ingen jobber har feilet, alle hendelser kommer fram, og prosjektrom kan åpnes.
operations-not-well = Noe trenger hjelp
operations-not-well-text = Se hva som har stoppet nedenfor, rett årsaken, og prøv på nytt.
operations-failed-jobs = Jobber som har feilet
operations-dead-letters = Hendelser som er gitt opp
operations-waiting = Hendelser som venter
operations-jobs = Jobber
operations-no-jobs = Ingen jobber venter
operations-no-jobs-text = Uttrekk og import blir jobber. De som venter, går eller har feilet, står her.
operations-open-jobs = Jobber som venter, går eller har feilet
operations-ended-jobs = Jobber som er ferdige eller avbrutt
operations-job = Jobb
operations-state = Status
operations-when = Når
operations-actions = Handling
operations-progress = Fremdrift
operations-why = Årsak:
operations-job-waiting = Venter
operations-job-running = Går
operations-job-done = Ferdig
operations-job-failed = Feilet
operations-job-cancelled = Avbrutt
operations-retry = Prøv igjen
operations-cancel = Avbryt
operations-letters = Hendelser
operations-letters-text = Disse hendelsene kom ikke fram. Rett årsaken, og lever dem igjen.
operations-no-letters = Alle hendelser kommer fram
operations-no-letters-text = En hendelse som ikke kan leveres etter flere forsøk, står her med årsaken.
operations-event = Hendelse
operations-failure = Årsak
operations-to = til
operations-attempts = { $count ->
    [one] Prøvd én gang
   *[other] Prøvd { $count } ganger
}
operations-redeliver = Lever igjen
operations-log = Loggen
operations-log-origin = Navn
operations-log-size = Poster
operations-log-root = Rot
operations-witness = Vitnet { $name }
operations-cosigned = Signerte { $time }
operations-not-cosigned = Har ikke signert siste sjekkpunkt
operations-no-witnesses = Ingen vitner er satt opp. Be noen utenfor virksomheten om å drive et vitne.
operations-rooms = Prosjektrom
operations-rooms-open = Kan åpnes
operations-rooms-closed = Kan ikke åpnes
operations-rooms-own-user = Hvert rom har sin egen systembruker.
operations-rooms-shared = Rommene deler systembruker og holdes fra hverandre med navnerom.
operations-rooms-limits = Minne, prosesser og prosessortid er begrenset for hvert rom.
operations-rooms-process-limits = Bare hver prosess er begrenset, ikke rommet som helhet.
operations-releases = Dataversjoner
operations-no-releases = Ingen dataversjoner
operations-no-releases-text = Registerforvalteren importerer data. Så står dataversjonene her.
operations-dataset = Datasamling
operations-rows = Rader
operations-people = Personer
operations-release-draft = Til godkjenning
operations-release-held = Holdt tilbake
operations-release-approved = Godkjent
operations-release-superseded = Erstattet
problem-operations-overtaken = Jobben eller hendelsen er ikke lenger slik siden viste. Last siden på nytt og se hvordan det står.

# Loggens nøkkel
log-key-title = Kontroller loggen selv
log-key-lead = Alt som blir gjort med helsedata, føres i en logg som ikke kan endres uten at det oppdages. Du trenger ikke å stole på oss: du kan kontrollere det selv.
log-key-key = Loggens offentlige nøkkel
log-key-key-text = Med denne nøkkelen ser du at et bevis kommer fra loggen. Ta vare på den, og sammenlign den med nøkkelen andre har fått.
log-key-entries = { $count ->
    [one] Loggen har én post.
   *[other] Loggen har { $count } poster.
}
log-key-empty = Loggen er tom ennå.
log-key-check = Slik kontrollerer du et bevis
log-key-check-fetch = Last ned beviset fra Min side. Det er en fil som slutter på .tlog-proof.
log-key-check-keep = Hent programmet varde til din egen maskin. Kontrollen trenger ikke nett.
log-key-check-run = Kjør kommandoen under der filen ligger.
log-key-command = Kommando for å kontrollere et bevis
log-key-check-text = Svaret sier om posten står i loggen, om listen din er fullstendig, eller om du var med i et uttrekk. Er ett tegn i filen endret, sier programmet at den ikke beviser noe.
log-key-witnesses = Vitner
log-key-witnesses-text = Et vitne drives av noen andre enn oss. Det husker loggen og signerer bare når den er bygd videre på det vitnet har sett før. Da kan vi ikke vise deg en annen historie enn vi viser andre.
log-key-no-witnesses = Denne installasjonen har ingen vitner ennå.
log-key-programs = For programmer
log-key-programs-text = Loggen følger de åpne spesifikasjonene C2SP tlog-tiles, tlog-checkpoint og tlog-proof. Postene i den er saltede kontrollsummer og inneholder ingen opplysninger om personer.
log-key-checkpoint = Siste sjekkpunkt
log-key-json = Nøkkelen som JSON
log-key-policy = Tillitsregler for kontrollprogrammer
varde-disclosure-stops = Tallene kan avsløre noe om enkeltpersoner. Filen kan ikke forlate rommet slik den er.
varde-disclosure-explain = Dette kan være i orden, men kontrolløren trenger forklaringen din for å vurdere det.
