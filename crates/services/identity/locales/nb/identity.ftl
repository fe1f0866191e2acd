# Hvem du handler for
identity-role-title = Hvem handler du for?
identity-role-lead = Du har roller i en eller flere virksomheter. Velg hvem du handler for nå. Du kan bytte når du vil.
identity-role-none = Du har ingen roller i noen virksomhet. Du handler for deg selv. Venter du en rolle, må virksomheten din be driftsansvarlig om den.
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
