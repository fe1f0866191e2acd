# Drift
operations-title = Drift
operations-well = Alt går som det skal
operations-well-text = Ingen jobbar har feila, alle hendingar kjem fram, og prosjektrom kan opnast.
operations-not-well = Noko treng hjelp
operations-not-well-text = Sjå kva som har stoppa nedanfor, rett årsaka, og prøv på nytt.
operations-failed-jobs = Jobbar som har feila
operations-dead-letters = Hendingar som er gitt opp
operations-waiting = Hendingar som ventar
operations-jobs = Jobbar
operations-no-jobs = Ingen jobbar ventar
operations-no-jobs-text = Uttrekk og import blir jobbar. Dei som ventar, går eller har feila, står her.
operations-open-jobs = Jobbar som ventar, går eller har feila
operations-ended-jobs = Jobbar som er ferdige eller avbrotne
operations-job = Jobb
operations-state = Status
operations-when = Når
operations-actions = Handling
operations-progress = Framdrift
operations-why = Årsak:
operations-job-waiting = Ventar
operations-job-running = Går
operations-job-done = Ferdig
operations-job-failed = Feila
operations-job-cancelled = Avbroten
operations-retry = Prøv igjen
operations-cancel = Avbryt
operations-letters = Hendingar
operations-letters-text = Desse hendingane kom ikkje fram. Rett årsaka, og lever dei igjen.
operations-no-letters = Alle hendingar kjem fram
operations-no-letters-text = Ei hending som ikkje kan leverast etter fleire forsøk, står her med årsaka.
operations-event = Hending
operations-failure = Årsak
operations-to = til
operations-attempts = { $count ->
    [one] Prøvd éin gong
   *[other] Prøvd { $count } gonger
}
operations-redeliver = Lever igjen
operations-log = Loggen
operations-log-origin = Namn
operations-log-size = Postar
operations-log-root = Rot
operations-witness = Vitnet { $name }
operations-cosigned = Signerte { $time }
operations-not-cosigned = Har ikkje signert siste sjekkpunkt
operations-no-witnesses = Ingen vitne er sette opp. Be nokon utanfor verksemda om å drive eit vitne.
operations-rooms = Prosjektrom
operations-rooms-open = Kan opnast
operations-rooms-closed = Kan ikkje opnast
operations-rooms-own-user = Kvart rom har sin eigen systembrukar.
operations-rooms-shared = Romma deler systembrukar og blir haldne frå kvarandre med namnerom.
operations-rooms-limits = Minne, prosessar og prosessortid er avgrensa for kvart rom.
operations-rooms-process-limits = Berre kvar prosess er avgrensa, ikkje rommet som heilskap.
operations-store = Lageret
operations-store-here = Dataversjonar og utleveringar ligg i datakatalogen på denne maskina.
operations-store-unknown = Ikkje prøvd enno
operations-store-unknown-text = Lageret blir prøvd når tenesta har starta. Last sida på nytt om litt.
operations-store-works = Verkar
operations-store-works-text = Filer kan leggjast inn, lesast og slettast.
operations-store-fails = Verkar ikkje
operations-store-away = Lageret svarar ikkje. Det som blir teke imot eller laga, ventar og blir prøvd igjen av seg sjølv. Sjå om nettet og lageret er oppe.
operations-store-refused = Lageret slepp oss ikkje til. Sjå om nøkkelen er rett, og om han har lov til å liste, leggje inn, lese og slette.
operations-store-no-bucket = Bøtta finst ikkje. Lag henne, eller rett platform.store i konfigurasjonen.
operations-store-unlike = Lageret gjer ikkje som det skal. Køyr varde doctor på maskina.
operations-store-place = Stad
operations-store-tried = Sist prøvd
operations-store-deleted = Det som blir sletta
operations-store-deleted-stays = Blir liggjande som eldre versjonar. La ein regel for livslaupet til bøtta fjerne dei innan eit døgn.
operations-store-deleted-is-gone = Er borte
operations-store-swept = Sist rydda
operations-store-swept-text = { $removed ->
    [0] { $time }: ingenting å fjerne
    [one] { $time }: éi fil fjerna
   *[other] { $time }: { $removed } filer fjerna
}
operations-store-not-swept = Ikkje sidan tenesta starta. Det skjer kvar time.
operations-store-files = Filer i lageret
operations-store-files-text = { $files ->
    [one] Éi fil, { $size }
   *[other] { $files } filer, { $size }
}
operations-store-releases = Alle dataversjonar
operations-releases = Dataversjonar
operations-no-releases = Ingen dataversjonar
operations-no-releases-text = Registerforvaltaren importerer data. Så står dataversjonane her.
operations-dataset = Datasamling
operations-rows = Rader
operations-people = Personar
operations-release-draft = Til godkjenning
operations-release-held = Halden tilbake
operations-release-approved = Godkjend
operations-release-superseded = Erstatta
problem-operations-overtaken = Jobben eller hendinga er ikkje lenger slik sida viste. Last sida på nytt og sjå korleis det står.
problem-operations-erase_reason = Grunngivinga kan ikkje brukast

# Nøkkelen til loggen
log-key-title = Kontroller loggen sjølv
log-key-lead = Alt som blir gjort med helsedata, blir ført i ein logg som ikkje kan endrast utan at det blir oppdaga. Du treng ikkje å stole på oss: du kan kontrollere det sjølv.
log-key-key = Den offentlege nøkkelen til loggen
log-key-key-text = Med denne nøkkelen ser du at eit bevis kjem frå loggen. Ta vare på han, og samanlikn han med nøkkelen andre har fått.
log-key-entries = { $count ->
    [one] Loggen har éin post.
   *[other] Loggen har { $count } postar.
}
log-key-empty = Loggen er tom enno.
log-key-check = Slik kontrollerer du eit bevis
log-key-check-fetch = Last ned beviset frå Mi side. Det er ei fil som sluttar på .tlog-proof.
log-key-check-keep = Hent programmet varde til di eiga maskin. Kontrollen treng ikkje nett.
log-key-check-run = Køyr kommandoen under der fila ligg.
log-key-command = Kommando for å kontrollere eit bevis
log-key-check-text = Svaret seier om posten står i loggen, om lista di er fullstendig, eller om du var med i eit uttrekk. Er eitt teikn i fila endra, seier programmet at ho ikkje beviser noko.
log-key-witnesses = Vitne
log-key-witnesses-text = Eit vitne blir drive av nokon andre enn oss. Det hugsar loggen og signerer berre når han er bygd vidare på det vitnet har sett før. Då kan vi ikkje vise deg ei anna historie enn vi viser andre.
log-key-no-witnesses = Denne installasjonen har ingen vitne enno.
log-key-programs = For program
log-key-programs-text = Loggen følgjer dei opne spesifikasjonane C2SP tlog-tiles, tlog-checkpoint og tlog-proof. Postane i han er salta kontrollsummar og inneheld ingen opplysningar om personar.
log-key-checkpoint = Siste sjekkpunkt
log-key-json = Nøkkelen som JSON
log-key-policy = Tillitsreglar for kontrollprogram
log-key-seals = Nøklar som forseglar løyve
log-key-seals-text = Kvart løyve er forsegla med ein av desse nøklane. Ein nøkkel som er bytt ut, kontrollerer framleis det han forsegla.
log-key-seal-id = Nøkkel
log-key-seal-from = Teken i bruk
log-key-seal-until = Bytt ut
log-key-seal-began-before = Før dette vart registrert
log-key-seal-in-use = I bruk no
log-key-seals-json = Nøklane som forseglar, som JSON (JWKS)
varde-disclosure-stops = Tala kan avsløre noko om enkeltpersonar. Fila kan ikkje forlate rommet slik ho er.
varde-disclosure-explain = Dette kan vere i orden, men kontrolløren treng forklaringa di for å vurdere det.
varde-differencing-two_numbers = Denne gruppa har eit anna tal i ein tabell frå dette prosjektet, og skilnaden er færre personar enn det som kan visast.
varde-differencing-nested = Denne gruppa er nesten heile gruppa i ein tabell frå dette prosjektet: få personar står utanfor.
varde-differencing-remainder = Delane som er viste av denne summen, lèt færre personar vere att enn det som kan visast: Dei skjulte cellene blir røpte.
varde-differencing-why = Den som har begge tabellane, kan trekkje den eine frå den andre.
varde-differencing-advice = Rund av begge tabellane til fem eller ti, bruk dei same personane i begge, eller skjul éi celle til. Eller forklar kvifor ingen kan kjennast att.
