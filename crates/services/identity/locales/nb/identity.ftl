# Hvem du handler for
identity-role-title = Hvem handler du for?
identity-role-lead = Du har roller i en eller flere virksomheter. Velg hvem du handler for nå. Du kan bytte når du vil.
identity-role-none = Du har ingen roller i noen virksomhet. Du handler for deg selv. Venter du en rolle, må du spørre rolleadministratoren i virksomheten din.
identity-role-legend = Jeg handler for
identity-role-self = Meg selv
identity-role-self-hint = Som innbygger: dine egne opplysninger og valg
identity-role-submit = Fortsett
identity-error-side = Velg hvem du handler for.
identity-error-role-citizen = Alle er innbyggere. Den rollen kan ikke gis.
identity-error-period = Siste dag kan ikke være før første dag.

# Nivåer
identity-level-substantial = Betydelig
identity-level-high = Høyt
identity-level-hint-substantial = Som MinID
identity-level-hint-high = Som BankID, Buypass eller Commfides

# Ukjent person
identity-unknown-title = Vi finner deg ikke
identity-unknown-text = Innloggingen gikk bra, men du står ikke i befolkningsregisteret som Varde bruker. Derfor kan vi ikke logge deg inn.
identity-unknown-help = Har du nylig fått fødselsnummer eller D-nummer, prøv igjen om et døgn. Ta ellers kontakt med dem som drifter løsningen.
identity-unknown-back = Til forsiden

# Virksomhetens roller
identity-administer-title = Roller i virksomheten
identity-administer-lead = Her ser du hvem som har roller i { $organisation }. Du kan gi og avslutte roller. Den det gjelder, ser det i loggen sin.
identity-administer-proposals = Forslag som venter
identity-administer-proposals-text = Disse rollene gjelder først når en annen enn den som foreslo dem, har godkjent.
identity-administer-held = Hvem som har roller
identity-administer-nobody = Ingen har roller her ennå
identity-administer-nobody-text = Finn personen nedenfor og gi den første rollen.
identity-administer-name = Navn
identity-administer-unnamed = Uten navn i registeret
identity-administer-role = Rolle
identity-administer-from = Fra og med
identity-administer-until = Til og med
identity-administer-open = Ingen sluttdato
identity-administer-by = Foreslått av
identity-administer-actions = Hva du kan gjøre
identity-administer-accept = Godkjenn
identity-administer-reject = Avvis
identity-administer-end = Avslutt
identity-administer-give = Gi noen en rolle
identity-administer-number = Fødselsnummer eller D-nummer
identity-administer-number-hint = 11 siffer. Nummeret brukes bare til å finne personen. Det blir ikke lagret eller vist igjen.
identity-administer-find = Finn personen
identity-give-title = Gi { $name } en rolle
identity-give-lead = Kontroller at dette er rett person. Alle roller unntatt forsker må godkjennes av en til.
identity-give-from = Første dag
identity-give-until = Siste dag
identity-give-until-hint = La feltet stå tomt hvis rollen ikke skal ha sluttdato.
identity-give-submit = Gi rollen
identity-give-back = Tilbake til rollene
identity-role-means-researcher = Søker om data og arbeider i prosjektrom
identity-role-means-handler = Behandler søknader og avgjør dem
identity-role-means-reviewer = Kontrollerer resultater før de forlater et rom
identity-role-means-steward = Laster inn og beskriver registerets data
identity-error-number = Skriv et fødselsnummer eller D-nummer med 11 siffer. Se etter skrivefeil.
identity-error-nobody = Ingen i befolkningsregisteret har det nummeret.
identity-error-role = Velg en rolle.
identity-error-date = Skriv en dato, for eksempel 2026-11-22.

# Utlogging hos innloggingstjenesten
identity-logout-title = Du er logget ut av Varde
identity-logout-text = Du kan fortsatt være logget inn hos innloggingstjenesten. Bruker flere denne maskinen, bør du logge ut der også.
identity-logout-submit = Logg ut hos innloggingstjenesten også
identity-logout-skip = Til forsiden
identity-test-logged-out-title = Du er logget ut av Test-ID
identity-test-logged-out-text = Test-ID husker ingen innlogging. Du kan lukke siden.

# Test-ID
identity-test-title = Logg inn med Test-ID
identity-test-warning = Dette er en testinnlogging
identity-test-warning-text = Alle i listen er oppdiktet, og hvem som helst kan logge inn som hvem som helst. Skriv aldri inn opplysninger om virkelige personer.
identity-test-search = Søk etter navn eller rolle
identity-test-search-submit = Søk
identity-test-count = { $count ->
    [0] Ingen treff.
    [one] Viser én person.
   *[other] Viser { $count } personer.
}
identity-test-nobody = Ingen passer med søket
identity-test-nobody-text = Prøv færre ord, eller tøm søkefeltet og søk igjen.
identity-test-person = Hvem vil du være?
identity-test-level = Sikkerhetsnivå
identity-test-level-hint = Nivået bestemmer hva du får gjøre etterpå.
identity-test-level-high = Tjenesten krever nivå høyt.
identity-test-submit = Logg inn
identity-test-cancel = Avbryt
identity-test-error-title = Innloggingen kan ikke begynne her
identity-test-error-text = Adressen du kom fra, er ikke registrert hos Test-ID. Gå til forsiden og logg inn derfra.
identity-error-person = Velg hvem du vil være.
identity-error-level = Velg et sikkerhetsnivå som er høyt nok.

# Feil
problem-identity-provider_unavailable = Innloggingstjenesten svarer ikke. Prøv igjen om litt.
problem-identity-login_cancelled = Du avbrøt innloggingen. Du er ikke logget inn.
problem-identity-login_refused = Innloggingstjenesten avviste innloggingen. Prøv igjen.
problem-identity-login_state = Innloggingen tok for lang tid eller ble begynt i en annen nettleser. Begynn på nytt.
problem-identity-level_too_low = Du må logge inn med et høyere sikkerhetsnivå, som BankID, Buypass eller Commfides.
problem-identity-login_not_believed = Svaret fra innloggingstjenesten kunne ikke bekreftes. Du er ikke logget inn. Begynn på nytt.
problem-identity-not_logged_in = Du er ikke logget inn.
problem-identity-no_role_there = Du har ingen rolle i den virksomheten i dag.
problem-identity-already_held = Personen har allerede den rollen der.
problem-identity-no_such_assignment = Det finnes ingen slik rolle å avslutte.
problem-identity-invalid = Rollen kan ikke gis slik. Se hva som er galt.
problem-identity-directory = Befolkningsregisteret svarer ikke. Prøv igjen om litt.
problem-identity-already_proposed = Den rollen er allerede foreslått for personen. Godkjenn eller avvis forslaget.
problem-identity-no_such_proposal = Forslaget venter ikke lenger. Noen har godkjent eller avvist det.
problem-identity-no_such_person = Ingen i befolkningsregisteret har det nummeret.

# På vei til et annet system
identity-onward-title = Du går videre
identity-onward-text = Du kommer straks til systemet du skal til.
identity-onward-link = Gå videre nå
