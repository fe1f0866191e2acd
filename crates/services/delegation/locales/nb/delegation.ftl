# Gi leverandører tilgang
delegation-title = Tilgang for leverandører
delegation-lead = La systemet til en leverandør (databehandler) hente helseopplysninger på vegne av virksomheten din. Du ser all bruk, og kan fjerne tilgangen når du vil.
delegation-choose = Velg virksomhet
delegation-choose-text = Velg den virksomheten som leverandøren skal representere i systemet ditt. Det må være hovedenheten, også i en kommune.
delegation-side = Organisasjonsnummer { $number }. Du styrer tilganger som { $why }.
delegation-no-sides = Du styrer ikke tilganger i noen virksomhet
delegation-no-sides-text = Daglig leder, styrets leder og andre med slike roller i Enhetsregisteret kan gi tilgang, og den som har fått rollen rolleadministrator. Handler du for en virksomhet som administrator, må du velge den først.
delegation-no-sides-action = Velg hvem du handler for
delegation-other-organisation = Velg en annen virksomhet
delegation-api = Tilgang til programmeringsgrensesnitt – API
delegation-give = Gi ny API-tilgang
delegation-back = Tilbake til tilgangene

# Roller som styrer tilganger
delegation-role-administrator = rolleadministrator
delegation-role-BEST = bestyrende reder
delegation-role-BOBE = bostyrer
delegation-role-DAGL = daglig leder
delegation-role-DTPR = deltaker med delt ansvar
delegation-role-DTSO = deltaker med fullt ansvar
delegation-role-FFOR = forretningsfører
delegation-role-INNH = innehaver
delegation-role-KEMN = kontaktperson i administrativ enhet i offentlig sektor
delegation-role-KNUF = kontaktperson for norskregistrert utenlandsk foretak
delegation-role-KOMK = kontaktperson i kommune
delegation-role-KOMP = komplementar
delegation-role-LEDE = styrets leder
delegation-role-PRIV = privatperson
delegation-role-REPR = norsk representant for utenlandsk enhet
delegation-role-SAM = sameier
delegation-role-SREVA = revisor registrert i revisorregisteret

# Gitt og mottatt
delegation-given = Tilganger vi har gitt
delegation-given-caption = Leverandører som kan handle på våre vegne
delegation-given-none = Ingen leverandører har tilgang
delegation-given-none-text = Når dere gir en leverandør tilgang, står den her med all bruk.
delegation-received = Tilganger vi har fått
delegation-received-caption = Virksomheter vi kan handle på vegne av
delegation-received-none = Ingen har gitt dere tilgang
delegation-received-none-text = Er dere en leverandør, må kundene deres gi tilgangen. Gi dem organisasjonsnummeret deres.
delegation-right = Rettighet
delegation-supplier = Leverandør
delegation-giver = Gitt av
delegation-since = Gjelder fra
delegation-until = Gjaldt til
delegation-uses = Antall ganger brukt
delegation-last-use = Sist brukt
delegation-never = Aldri brukt
delegation-actions = Hva du kan gjøre
delegation-number = Organisasjonsnummer

# Som på et annet tidspunkt
delegation-earlier = Tidligere
delegation-as-at-ask = Vis tilgangene som på et annet tidspunkt
delegation-as-at-valid = Hva som gjaldt da
delegation-as-at-valid-hint = For eksempel 2026-11-22 12:00. Uten tidspunkt viser vi det som gjelder nå.
delegation-as-at-known = Etter det registeret visste da
delegation-as-at-known-hint = Noe kan være meldt i ettertid. Uten tidspunkt viser vi alt registeret vet nå.
delegation-as-at-show = Vis
delegation-as-at = Slik var det { $valid }
delegation-as-at-text = Etter det registeret visste { $known }. Du ser tilgangene som gjaldt da. Antall ganger brukt er hele tallet til nå.
delegation-none-then = Ingen tilganger gjaldt da.
delegation-as-now = Vis som det er nå
delegation-history = Alt som har skjedd med tilgangene
delegation-history-lead = Hver gang en tilgang er gitt eller fjernet, står det her og på loggen. Ingenting blir slettet.
delegation-history-none = Ingenting har skjedd ennå
delegation-history-none-text = Her kommer det en linje når dere gir, får eller fjerner en tilgang.
delegation-history-show = Vis tilgangen
delegation-changed-grant = { $from } ga tilgangen til { $to }.
delegation-changed-revoke = { $from } fjernet tilgangen fra { $to }.
delegation-changed-revoke_by_receiver = { $to } ga fra seg tilgangen fra { $from }.
delegation-applied = Det gjaldt fra { $time }.

# Å gi en tilgang
delegation-steps = Steg for å gi tilgang
delegation-step-search = Finn rettigheten
delegation-step-right = Kontroller rettigheten
delegation-step-supplier = Finn leverandøren
delegation-step-look-over = Se over og gi
delegation-search-title = Hvilken rettighet vil du gi?
delegation-search-lead = Leverandøren har fortalt deg hva rettigheten heter. Søk for eksempel etter «helseopplysninger».
delegation-search-label = Søk etter rettighet
delegation-search-button = Søk
delegation-nothing = Ingen rettigheter kan gis ennå
delegation-nothing-text = Den som drifter løsningen, må registrere dem først.
delegation-no-match = Ingen rettigheter passer
delegation-no-match-text = Prøv færre eller andre ord, eller spør leverandøren hva rettigheten heter.
delegation-show-all = Vis alle
delegation-defined-by = Definert av { $authority }
delegation-right-title = Er dette riktig rettighet?
delegation-right-lead = Kontroller at det er dette du vil gi på vegne av { $organisation }.
delegation-means = Hva leverandøren kan gjøre
delegation-authority = Hvem som definerer rettigheten
delegation-authority-text = Navnet viser hvem som har ansvar for hva rettigheten betyr. Kontroller at det er den du venter.
delegation-level = Innlogging som kreves
delegation-level-substantial = Betydelig: MinID er nok
delegation-level-high = Høyt: BankID, Buypass eller Commfides. MinID er ikke nok
delegation-scopes = Åpner for (scope)
delegation-next = Neste: finn leverandøren
delegation-back-search = Finn en annen rettighet
delegation-supplier-title = Hvilken leverandør skal få tilgangen?
delegation-supplier-number = Leverandørens organisasjonsnummer
delegation-supplier-hint = 9 siffer. Leverandøren forteller deg hvilket nummer du skal bruke.
delegation-supplier-find = Finn leverandøren
delegation-supplier-choose = Velg denne leverandøren
delegation-supplier-main = Hovedenheten er { $name }.
delegation-supplier-main-use = Bruk nummeret til hovedenheten, { $number }
delegation-back-right = Tilbake til rettigheten
delegation-look-over-title = Se over før du gir tilgangen
delegation-look-over-lead = Kontroller at alt stemmer.
delegation-follows-at-once = Tilgangen gjelder med en gang.
delegation-follows-until = Den gjelder til du, leverandøren eller en annen som styrer tilganger, fjerner den.
delegation-follows-seen = Du ser all bruk her, med bevis fra loggen.
delegation-follows-agreement = Virksomheten har fortsatt ansvaret, og må ha en databehandleravtale med leverandøren.
delegation-confirm = Jeg har kontrollert leverandøren og rettigheten
delegation-error-confirm = Kryss av for at du har kontrollert leverandøren og rettigheten.
delegation-error-time = Skriv en dato, med eller uten klokkeslett, for eksempel 2026-11-22 12:00.
delegation-give-now = Gi tilgangen
delegation-cancel = Avbryt
delegation-back-supplier = Velg en annen leverandør

# En tilgang og bruken av den
delegation-done = Tilgangen er gitt
delegation-done-text = Leverandøren kan bruke den nå. Denne siden viser all bruk.
delegation-held = Gjelder
delegation-ended = Fjernet
delegation-events = Hva som har skjedd
delegation-uses-title = Bruk
delegation-uses-text = Hver gang leverandøren får en nøkkel (token) eller kaller Vardes API på virksomhetens vegne, står det her i løpet av noen sekunder. Beviset viser at det står på loggen.
delegation-proof-how = Slik kontrollerer du et bevis
delegation-uses-caption = Bruk av tilgangen, nyeste først
delegation-uses-none = Tilgangen er ikke brukt
delegation-uses-none-text = Bruk kommer hit av seg selv. Uten skript i nettleseren må du laste siden på nytt.
delegation-uses-count = { $count ->
    [one] Brukt én gang, { $last }.
   *[other] Brukt { $count } ganger. Sist { $last }.
}
delegation-found = { $count ->
    [0] Ingen treff.
    [one] Én rettighet.
   *[other] { $count } rettigheter.
}
delegation-uses-older = Eldre bruk
delegation-uses-newest = Nyeste bruk
delegation-use-when = Når
delegation-use-what = Hva
delegation-use-client = System
delegation-use-scope = Scope
delegation-use-child = Underenhet
delegation-use-no-child = Hele virksomheten
delegation-use-entry = Loggpost
delegation-use-proof = Last ned bevis
delegation-use-token = Fikk nøkkel (token)
delegation-use-call = Kalte et API

# Å fjerne
delegation-remove = Fjern tilgangen
delegation-remove-ask = Vil du fjerne tilgangen fra { $name }?
delegation-remove-text = Leverandøren får ingen nye nøkler etter dette, og de som er gitt, slutter å gjelde med en gang der mottakeren spør oss, og ellers etter høyst ti minutter. Systemet deres kan slutte å virke for dere. Du kan gi tilgangen på nytt.
delegation-remove-now = Fjern tilgangen nå
delegation-give-up = Gi fra deg tilgangen
delegation-give-up-ask = Vil dere gi fra dere tilgangen fra { $name }?
delegation-give-up-text = Systemet deres kan ikke lenger handle på vegne av virksomheten. Bare de kan gi tilgangen på nytt.
delegation-give-up-now = Gi fra oss tilgangen nå
delegation-keep = Behold tilgangen
delegation-back-one = Tilbake til tilgangen
delegation-removed = Tilgangen er fjernet
delegation-removed-text = Den gjelder ikke lenger. Bruken fram til nå står under «Alt som har skjedd med tilgangene».

# Hva som er galt
delegation-error-text = Skriv teksten på bokmål, nynorsk og engelsk.
delegation-error-authority = Skriv navnet på den som har ansvar for rettigheten.
delegation-error-roles = Oppgi en eller flere roller fra Enhetsregisteret som gir tilgangsstyring, for eksempel DAGL.
delegation-error-scopes = Oppgi ett eller flere scope, uten mellomrom og anførselstegn.
delegation-error-no_resource = Vi finner ikke rettigheten. Søk etter den på nytt.
delegation-error-not_delegable = Rettigheten kan ikke gis nå. Ta kontakt med den som har ansvar for den.
delegation-error-number = Skriv et organisasjonsnummer med 9 siffer. Se etter skrivefeil.
delegation-error-from_unknown = Enhetsregisteret har ingen virksomhet med nummeret til den som skal gi tilgangen.
delegation-error-from_sub_unit = Bare hovedenheter kan gi tilganger. Velg hovedenheten.
delegation-error-to_unknown = Enhetsregisteret har ingen virksomhet med det nummeret. Spør leverandøren hvilket nummer du skal bruke.
delegation-error-to_sub_unit = Nummeret hører til en underenhet. Bruk nummeret til hovedenheten.
delegation-error-oneself = Det er nummeret til din egen virksomhet. Skriv nummeret til leverandøren.
delegation-error-already_given = Leverandøren har denne tilgangen allerede. Du trenger ikke gjøre noe.
delegation-error-already_ended = Tilgangen er fjernet allerede. Du trenger ikke gjøre noe.
delegation-error-ends_wrongly = En tilgang kan ta slutt nå eller tidligere, men ikke før den ble gitt.

# Feil
problem-delegation-already_given = Leverandøren har denne tilgangen allerede.
problem-delegation-already_ended = Tilgangen er fjernet allerede.
problem-delegation-invalid = Tilgangen kan ikke gis eller fjernes slik. Se hva som er galt.
problem-delegation-flawed = Ressursen kan ikke registreres slik. Se hva som er galt.
problem-delegation-twice = Samme ressurs står to ganger. Ta bort den ene.
problem-delegation-no_such_resource = Vi finner ikke rettigheten.
problem-delegation-not_found = Vi finner ikke tilgangen.
problem-delegation-no_such_organisation = Vi finner ingen hovedenhet med det nummeret.
problem-delegation-neighbour = Et register vi trenger, svarer ikke. Prøv igjen om litt.
problem-delegation-not_confirmed = Se over og kryss av før du gir tilgangen.
problem-delegation-not_yet = Posten er ikke på loggen ennå. Prøv igjen om noen sekunder.
