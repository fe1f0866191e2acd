# Kven du handlar for
identity-role-title = Kven handlar du for?
identity-role-lead = Du har roller i ei eller fleire verksemder. Vel kven du handlar for no. Du kan byte når du vil.
identity-role-none = Du har ingen roller i noka verksemd. Du handlar for deg sjølv. Ventar du ei rolle, må verksemda di be driftsansvarleg om ho.
identity-role-legend = Eg handlar for
identity-role-self = Meg sjølv
identity-role-self-hint = Som innbyggjar: dine eigne opplysningar og val
identity-role-submit = Hald fram
identity-error-side = Vel kven du handlar for.
identity-error-role-citizen = Alle er innbyggjarar. Den rolla kan ikkje gjevast.
identity-error-period = Siste dag kan ikkje vere før fyrste dag.

# Nivå
identity-level-substantial = Vesentleg
identity-level-high = Høgt
identity-level-hint-substantial = Som MinID
identity-level-hint-high = Som BankID, Buypass eller Commfides

# Ukjend person
identity-unknown-title = Vi finn deg ikkje
identity-unknown-text = Innlogginga gjekk bra, men du står ikkje i befolkningsregisteret som Varde bruker. Difor kan vi ikkje logge deg inn.
identity-unknown-help = Har du nyleg fått fødselsnummer eller D-nummer, prøv igjen om eit døgn. Ta elles kontakt med dei som driftar løysinga.
identity-unknown-back = Til framsida

# Test-ID
identity-test-title = Logg inn med Test-ID
identity-test-warning = Dette er ei testinnlogging
identity-test-warning-text = Alle i lista er oppdikta, og kven som helst kan logge inn som kven som helst. Skriv aldri inn opplysningar om verkelege personar.
identity-test-search = Søk etter namn eller rolle
identity-test-search-submit = Søk
identity-test-count = { $count ->
    [0] Ingen treff.
    [one] Viser éin person.
   *[other] Viser { $count } personar.
}
identity-test-nobody = Ingen passar med søket
identity-test-nobody-text = Prøv færre ord, eller tøm søkefeltet og søk igjen.
identity-test-person = Kven vil du vere?
identity-test-level = Tryggingsnivå
identity-test-level-hint = Nivået avgjer kva du får gjere etterpå.
identity-test-level-high = Tenesta krev nivå høgt.
identity-test-submit = Logg inn
identity-test-cancel = Avbryt
identity-test-error-title = Innlogginga kan ikkje ta til her
identity-test-error-text = Adressa du kom frå, er ikkje registrert hos Test-ID. Gå til framsida og logg inn derifrå.
identity-error-person = Vel kven du vil vere.
identity-error-level = Vel eit tryggingsnivå som er høgt nok.

# Feil
problem-identity-provider_unavailable = Innloggingstenesta svarer ikkje. Prøv igjen om litt.
problem-identity-login_cancelled = Du avbraut innlogginga. Du er ikkje logga inn.
problem-identity-login_refused = Innloggingstenesta avviste innlogginga. Prøv igjen.
problem-identity-login_state = Innlogginga tok for lang tid eller tok til i ein annan nettlesar. Start på nytt.
problem-identity-level_too_low = Du må logge inn med eit høgare tryggingsnivå, som BankID, Buypass eller Commfides.
problem-identity-login_not_believed = Svaret frå innloggingstenesta kunne ikkje stadfestast. Du er ikkje logga inn. Start på nytt.
problem-identity-not_logged_in = Du er ikkje logga inn.
problem-identity-no_role_there = Du har inga rolle i den verksemda i dag.
problem-identity-already_held = Personen har allereie den rolla der.
problem-identity-no_such_assignment = Det finst inga slik rolle å avslutte.
problem-identity-invalid = Rolla kan ikkje gjevast slik. Sjå kva som er gale.
problem-identity-directory = Befolkningsregisteret svarer ikkje. Prøv igjen om litt.
