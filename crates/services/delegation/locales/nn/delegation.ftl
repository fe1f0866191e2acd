# Gi leverandørar tilgang
delegation-title = Tilgang for leverandørar
delegation-lead = La systemet til ein leverandør (databehandlar) hente helseopplysningar på vegner av verksemda di. Du ser all bruk, og kan fjerne tilgangen når du vil.
delegation-choose = Vel verksemd
delegation-choose-text = Vel den verksemda som leverandøren skal representere i systemet ditt. Det må vere hovudeininga, også i ein kommune.
delegation-side = Organisasjonsnummer { $number }. Du styrer tilgangar som { $why }.
delegation-no-sides = Du styrer ikkje tilgangar i noka verksemd
delegation-no-sides-text = Dagleg leiar, styreleiar og andre med slike roller i Einingsregisteret kan gi tilgang, og den som har fått rolla rolleadministrator. Handlar du for ei verksemd som administrator, må du velje ho først.
delegation-no-sides-action = Vel kven du handlar for
delegation-other-organisation = Vel ei anna verksemd
delegation-api = Tilgang til programmeringsgrensesnitt – API
delegation-give = Gi ny API-tilgang
delegation-back = Tilbake til tilgangane

# Roller som styrer tilgangar
delegation-role-administrator = rolleadministrator
delegation-role-BEST = styrande reiar
delegation-role-BOBE = bustyrar
delegation-role-DAGL = dagleg leiar
delegation-role-DTPR = deltakar med delt ansvar
delegation-role-DTSO = deltakar med fullt ansvar
delegation-role-FFOR = forretningsførar
delegation-role-INNH = innehavar
delegation-role-KEMN = kontaktperson i administrativ eining i offentleg sektor
delegation-role-KNUF = kontaktperson for norskregistrert utanlandsk føretak
delegation-role-KOMK = kontaktperson i kommune
delegation-role-KOMP = komplementar
delegation-role-LEDE = styreleiar
delegation-role-PRIV = privatperson
delegation-role-REPR = norsk representant for utanlandsk eining
delegation-role-SAM = sameigar
delegation-role-SREVA = revisor registrert i revisorregisteret

# Gitt og motteke
delegation-given = Tilgangar vi har gitt
delegation-given-caption = Leverandørar som kan handle på vegner av oss
delegation-given-none = Ingen leverandørar har tilgang
delegation-given-none-text = Når de gir ein leverandør tilgang, står han her med all bruk.
delegation-received = Tilgangar vi har fått
delegation-received-caption = Verksemder vi kan handle på vegner av
delegation-received-none = Ingen har gitt dykk tilgang
delegation-received-none-text = Er de ein leverandør, må kundane dykkar gi tilgangen. Gi dei organisasjonsnummeret dykkar.
delegation-right = Rett
delegation-supplier = Leverandør
delegation-giver = Gitt av
delegation-since = Gjeld frå
delegation-until = Gjaldt til
delegation-uses = Talet på gonger brukt
delegation-last-use = Sist brukt
delegation-never = Aldri brukt
delegation-actions = Kva du kan gjere
delegation-number = Organisasjonsnummer

# Som på eit anna tidspunkt
delegation-earlier = Tidlegare
delegation-as-at-ask = Vis tilgangane som på eit anna tidspunkt
delegation-as-at-valid = Kva som gjaldt då
delegation-as-at-valid-hint = Til dømes 2026-11-22 12:00. Utan tidspunkt viser vi det som gjeld no.
delegation-as-at-known = Etter det registeret visste då
delegation-as-at-known-hint = Noko kan vere meldt i ettertid. Utan tidspunkt viser vi alt registeret veit no.
delegation-as-at-show = Vis
delegation-as-at = Slik var det { $valid }
delegation-as-at-text = Etter det registeret visste { $known }. Du ser tilgangane som gjaldt då. Talet på gonger brukt er heile talet til no.
delegation-none-then = Ingen tilgangar gjaldt då.
delegation-as-now = Vis som det er no
delegation-history = Alt som har hendt med tilgangane
delegation-history-lead = Kvar gong ein tilgang er gitt eller fjerna, står det her og på loggen. Ingenting blir sletta.
delegation-history-none = Ingenting har hendt enno
delegation-history-none-text = Her kjem det ei linje når de gir, får eller fjernar ein tilgang.
delegation-history-show = Vis tilgangen
delegation-changed-grant = { $from } gav tilgangen til { $to }.
delegation-changed-revoke = { $from } fjerna tilgangen frå { $to }.
delegation-changed-revoke_by_receiver = { $to } gav frå seg tilgangen frå { $from }.
delegation-applied = Det gjaldt frå { $time }.

# Å gi ein tilgang
delegation-steps = Steg for å gi tilgang
delegation-step-search = Finn retten
delegation-step-right = Kontroller retten
delegation-step-supplier = Finn leverandøren
delegation-step-look-over = Sjå over og gi
delegation-search-title = Kva rett vil du gi?
delegation-search-lead = Leverandøren har fortalt deg kva retten heiter. Søk til dømes etter «helseopplysningar».
delegation-search-label = Søk etter rett
delegation-search-button = Søk
delegation-nothing = Ingen rettar kan givast enno
delegation-nothing-text = Den som driftar løysinga, må registrere dei først.
delegation-no-match = Ingen rettar passar
delegation-no-match-text = Prøv færre eller andre ord, eller spør leverandøren kva retten heiter.
delegation-show-all = Vis alle
delegation-defined-by = Definert av { $authority }
delegation-right-title = Er dette rett rett?
delegation-right-lead = Kontroller at det er dette du vil gi på vegner av { $organisation }.
delegation-means = Kva leverandøren kan gjere
delegation-authority = Kven som definerer retten
delegation-authority-text = Namnet viser kven som har ansvar for kva retten betyr. Kontroller at det er den du ventar.
delegation-level = Innlogging som krevst
delegation-level-substantial = Betydeleg: MinID er nok
delegation-level-high = Høgt: BankID, Buypass eller Commfides. MinID er ikkje nok
delegation-scopes = Opnar for (scope)
delegation-next = Neste: finn leverandøren
delegation-back-search = Finn ein annan rett
delegation-supplier-title = Kva leverandør skal få tilgangen?
delegation-supplier-number = Organisasjonsnummeret til leverandøren
delegation-supplier-hint = 9 siffer. Leverandøren fortel deg kva nummer du skal bruke.
delegation-supplier-find = Finn leverandøren
delegation-supplier-choose = Vel denne leverandøren
delegation-supplier-main = Hovudeininga er { $name }.
delegation-supplier-main-use = Bruk nummeret til hovudeininga, { $number }
delegation-back-right = Tilbake til retten
delegation-look-over-title = Sjå over før du gir tilgangen
delegation-look-over-lead = Kontroller at alt stemmer.
delegation-follows-at-once = Tilgangen gjeld med ein gong.
delegation-follows-until = Han gjeld til du, leverandøren eller ein annan som styrer tilgangar, fjernar han.
delegation-follows-seen = Du ser all bruk her, med bevis frå loggen.
delegation-follows-agreement = Verksemda har framleis ansvaret, og må ha ein databehandlaravtale med leverandøren.
delegation-confirm = Eg har kontrollert leverandøren og retten
delegation-error-confirm = Kryss av for at du har kontrollert leverandøren og retten.
delegation-error-time = Skriv ein dato, med eller utan klokkeslett, til dømes 2026-11-22 12:00.
delegation-give-now = Gi tilgangen
delegation-cancel = Avbryt
delegation-back-supplier = Vel ein annan leverandør

# Ein tilgang og bruken av han
delegation-done = Tilgangen er gitt
delegation-done-text = Leverandøren kan bruke han no. Denne sida viser all bruk.
delegation-held = Gjeld
delegation-ended = Fjerna
delegation-events = Kva som har hendt
delegation-uses-title = Bruk
delegation-uses-text = Kvar gong leverandøren får ein nøkkel (token) eller kallar API-et til Varde på vegner av verksemda, står det her i løpet av nokre sekund. Beviset viser at det står på loggen.
delegation-proof-how = Slik kontrollerer du eit bevis
delegation-uses-caption = Bruk av tilgangen, nyaste først
delegation-uses-none = Tilgangen er ikkje brukt
delegation-uses-none-text = Bruk kjem hit av seg sjølv. Utan skript i nettlesaren må du laste sida på nytt.
delegation-uses-count = { $count ->
    [one] Brukt éin gong, { $last }.
   *[other] Brukt { $count } gonger. Sist { $last }.
}
delegation-found = { $count ->
    [0] Ingen treff.
    [one] Éin rett.
   *[other] { $count } rettar.
}
delegation-uses-older = Eldre bruk
delegation-uses-newest = Nyaste bruk
delegation-use-when = Når
delegation-use-what = Kva
delegation-use-client = System
delegation-use-scope = Scope
delegation-use-child = Undereining
delegation-use-no-child = Heile verksemda
delegation-use-entry = Loggpost
delegation-use-proof = Last ned bevis
delegation-use-token = Fekk nøkkel (token)
delegation-use-call = Kalla eit API

# Å fjerne
delegation-remove = Fjern tilgangen
delegation-remove-ask = Vil du fjerne tilgangen frå { $name }?
delegation-remove-text = Leverandøren får ingen nye nøklar etter dette, og dei som er gitt, sluttar å gjelde med ein gong der mottakaren spør oss, og elles etter høgst ti minutt. Systemet deira kan slutte å verke for dykk. Du kan gi tilgangen på nytt.
delegation-remove-now = Fjern tilgangen no
delegation-give-up = Gi frå deg tilgangen
delegation-give-up-ask = Vil de gi frå dykk tilgangen frå { $name }?
delegation-give-up-text = Systemet dykkar kan ikkje lenger handle på vegner av verksemda. Berre dei kan gi tilgangen på nytt.
delegation-give-up-now = Gi frå oss tilgangen no
delegation-keep = Behald tilgangen
delegation-back-one = Tilbake til tilgangen
delegation-removed = Tilgangen er fjerna
delegation-removed-text = Han gjeld ikkje lenger. Bruken fram til no står under «Alt som har hendt med tilgangane».

# Kva som er gale
delegation-error-text = Skriv teksten på bokmål, nynorsk og engelsk.
delegation-error-authority = Skriv namnet på den som har ansvar for retten.
delegation-error-roles = Oppgi ei eller fleire roller frå Einingsregisteret som gir tilgangsstyring, til dømes DAGL.
delegation-error-scopes = Oppgi eitt eller fleire scope, utan mellomrom og hermeteikn.
delegation-error-no_resource = Vi finn ikkje retten. Søk etter han på nytt.
delegation-error-not_delegable = Retten kan ikkje givast no. Ta kontakt med den som har ansvar for han.
delegation-error-number = Skriv eit organisasjonsnummer med 9 siffer. Sjå etter skrivefeil.
delegation-error-from_unknown = Einingsregisteret har inga verksemd med nummeret til den som skal gi tilgangen.
delegation-error-from_sub_unit = Berre hovudeiningar kan gi tilgangar. Vel hovudeininga.
delegation-error-to_unknown = Einingsregisteret har inga verksemd med det nummeret. Spør leverandøren kva nummer du skal bruke.
delegation-error-to_sub_unit = Nummeret høyrer til ei undereining. Bruk nummeret til hovudeininga.
delegation-error-oneself = Det er nummeret til di eiga verksemd. Skriv nummeret til leverandøren.
delegation-error-already_given = Leverandøren har denne tilgangen allereie. Du treng ikkje gjere noko.
delegation-error-already_ended = Tilgangen er fjerna allereie. Du treng ikkje gjere noko.
delegation-error-ends_wrongly = Ein tilgang kan ta slutt no eller tidlegare, men ikkje før han vart gitt.

# Feil
problem-delegation-already_given = Leverandøren har denne tilgangen allereie.
problem-delegation-already_ended = Tilgangen er fjerna allereie.
problem-delegation-invalid = Tilgangen kan ikkje givast eller fjernast slik. Sjå kva som er gale.
problem-delegation-flawed = Ressursen kan ikkje registrerast slik. Sjå kva som er gale.
problem-delegation-twice = Same ressurs står to gonger. Ta bort den eine.
problem-delegation-no_such_resource = Vi finn ikkje retten.
problem-delegation-not_found = Vi finn ikkje tilgangen.
problem-delegation-no_such_organisation = Vi finn inga hovudeining med det nummeret.
problem-delegation-neighbour = Eit register vi treng, svarar ikkje. Prøv igjen om litt.
problem-delegation-not_confirmed = Sjå over og kryss av før du gir tilgangen.
problem-delegation-not_yet = Posten er ikkje på loggen enno. Prøv igjen om nokre sekund.
