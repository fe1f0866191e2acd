# Kven du handlar for
identity-role-title = Kven handlar du for?
identity-role-lead = Du har roller i ei eller fleire verksemder. Vel kven du handlar for no. Du kan byte når du vil.
identity-role-none = Du har ingen roller i noka verksemd. Du handlar for deg sjølv. Ventar du ei rolle, må du spørje rolleadministratoren i verksemda di.
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

# Rollene i verksemda
identity-administer-title = Roller i verksemda
identity-administer-lead = Her ser du kven som har roller i { $organisation }. Du kan gi og avslutte roller. Den det gjeld, ser det i loggen sin.
identity-administer-proposals = Forslag som ventar
identity-administer-proposals-text = Desse rollene gjeld fyrst når ein annan enn den som føreslo dei, har godkjent.
identity-administer-held = Kven som har roller
identity-administer-nobody = Ingen har roller her enno
identity-administer-nobody-text = Finn personen nedanfor og gi den fyrste rolla.
identity-administer-name = Namn
identity-administer-unnamed = Utan namn i registeret
identity-administer-role = Rolle
identity-administer-from = Frå og med
identity-administer-until = Til og med
identity-administer-open = Ingen sluttdato
identity-administer-by = Føreslått av
identity-administer-actions = Kva du kan gjere
identity-administer-accept = Godkjenn
identity-administer-reject = Avvis
identity-administer-end = Avslutt
identity-administer-give = Gi nokon ei rolle
identity-administer-number = Fødselsnummer eller D-nummer
identity-administer-number-hint = 11 siffer. Nummeret blir berre brukt til å finne personen. Det blir ikkje lagra eller vist igjen.
identity-administer-find = Finn personen
identity-give-title = Gi { $name } ei rolle
identity-give-lead = Kontroller at dette er rett person. Alle roller unnateke forskar må godkjennast av ein til.
identity-give-from = Fyrste dag
identity-give-until = Siste dag
identity-give-until-hint = La feltet stå tomt om rolla ikkje skal ha sluttdato.
identity-give-submit = Gi rolla
identity-give-back = Tilbake til rollene
identity-role-means-researcher = Søkjer om data og arbeider i prosjektrom
identity-role-means-handler = Behandlar søknader og avgjer dei
identity-role-means-reviewer = Kontrollerer resultat før dei forlèt eit rom
identity-role-means-steward = Lastar inn og skildrar dataa i registeret
identity-error-number = Skriv eit fødselsnummer eller D-nummer med 11 siffer. Sjå etter skrivefeil.
identity-error-nobody = Ingen i befolkningsregisteret har det nummeret.
identity-error-role = Vel ei rolle.
identity-error-date = Skriv ein dato, til dømes 2026-11-22.

# Utlogging hos innloggingstenesta
identity-logout-title = Du er logga ut av Varde
identity-logout-text = Du kan framleis vere logga inn hos innloggingstenesta. Bruker fleire denne maskina, bør du logge ut der òg.
identity-logout-submit = Logg ut hos innloggingstenesta òg
identity-logout-skip = Til framsida
identity-test-logged-out-title = Du er logga ut av Test-ID
identity-test-logged-out-text = Test-ID hugsar inga innlogging. Du kan lukke sida.

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
problem-identity-already_proposed = Den rolla er alt føreslått for personen. Godkjenn eller avvis forslaget.
problem-identity-no_such_proposal = Forslaget ventar ikkje lenger. Nokon har godkjent eller avvist det.
problem-identity-no_such_person = Ingen i befolkningsregisteret har det nummeret.

# På veg til eit anna system
identity-onward-title = Du går vidare
identity-onward-text = Du kjem straks til systemet du skal til.
identity-onward-link = Gå vidare no
