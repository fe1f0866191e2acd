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
operations-store = Lageret
operations-store-here = Dataversjoner og utleveringer ligger i datakatalogen på denne maskinen.
operations-store-unknown = Ikke prøvd ennå
operations-store-unknown-text = Lageret blir prøvd når tjenesten har startet. Last siden på nytt om litt.
operations-store-works = Virker
operations-store-works-text = Filer kan legges inn, leses og slettes.
operations-store-fails = Virker ikke
operations-store-away = Lageret svarer ikke. Det som tas imot eller lages, venter og prøves igjen av seg selv. Se om nettet og lageret er oppe.
operations-store-refused = Lageret slipper oss ikke til. Se om nøkkelen er riktig, og om den har lov til å liste, legge inn, lese og slette.
operations-store-no-bucket = Bøtta finnes ikke. Lag den, eller rett platform.store i konfigurasjonen.
operations-store-unlike = Lageret gjør ikke som det skal. Kjør varde doctor på maskinen.
operations-store-place = Sted
operations-store-tried = Sist prøvd
operations-store-deleted = Det som slettes
operations-store-deleted-stays = Blir liggende som eldre versjoner. La en regel for bøttas livsløp fjerne dem innen et døgn.
operations-store-deleted-is-gone = Er borte
operations-store-swept = Sist ryddet
operations-store-swept-text = { $removed ->
    [0] { $time }: ingenting å fjerne
    [one] { $time }: én fil fjernet
   *[other] { $time }: { $removed } filer fjernet
}
operations-store-not-swept = Ikke siden tjenesten startet. Det skjer hver time.
operations-store-files = Filer i lageret
operations-store-files-text = { $files ->
    [one] Én fil, { $size }
   *[other] { $files } filer, { $size }
}
operations-store-releases = Alle dataversjoner
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
problem-operations-erase_reason = Begrunnelsen kan ikke brukes

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
log-key-seals = Nøkler som forsegler tillatelser
log-key-seals-text = Hver tillatelse er forseglet med en av disse nøklene. En nøkkel som er byttet ut, kontrollerer fortsatt det den forseglet.
log-key-seal-id = Nøkkel
log-key-seal-from = Tatt i bruk
log-key-seal-until = Byttet ut
log-key-seal-began-before = Før dette ble registrert
log-key-seal-in-use = I bruk nå
log-key-seals-json = Nøklene som forsegler, som JSON (JWKS)
varde-disclosure-stops = Tallene kan avsløre noe om enkeltpersoner. Filen kan ikke forlate rommet slik den er.
varde-disclosure-explain = Dette kan være i orden, men kontrolløren trenger forklaringen din for å vurdere det.
varde-differencing-two_numbers = Denne gruppen har et annet tall i en tabell fra dette prosjektet, og forskjellen er færre personer enn det som kan vises.
varde-differencing-nested = Denne gruppen er nesten hele gruppen i en tabell fra dette prosjektet: få personer står utenfor.
varde-differencing-remainder = Delene som vises av denne summen, etterlater færre personer enn det som kan vises: De skjulte cellene røpes.
varde-differencing-why = Den som har begge tabellene, kan trekke den ene fra den andre.
varde-differencing-advice = Rund av begge tabellene til fem eller ti, bruk de samme personene i begge, eller skjul én celle til. Eller forklar hvorfor ingen kan kjennes igjen.
