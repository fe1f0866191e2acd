# Katalogen
onboarding-services = Tenester
onboarding-services-lead = Her finn du tenester verksemda kan ta i bruk. Den som leier verksemda, bestiller. Ein leverandør kan bestille når verksemda har delegert det til han.
onboarding-no-services = Ingen tenester enno
onboarding-no-services-text = Når ei teneste kan takast i bruk, står ho her.
onboarding-to-services = Sjå tenestene
onboarding-classes = Informasjonsklassar
onboarding-classes-text = Vel den minste klassen de treng. Kvar klasse krev ein heimel.
onboarding-about = Om tenesta
onboarding-terms = Bruksvilkår
onboarding-terms-of = Bruksvilkår for { $service }
onboarding-terms-version = Versjon { $version }, gjeld frå { $date }
onboarding-not-yet = Kan ikkje bestillast enno
onboarding-not-yet-text = Tenesta har ingen bruksvilkår enno. Spør den som eig tenesta.
onboarding-order-it = Bestill
onboarding-order-of = Bestill { $service }

# Å bestille
onboarding-steps = Stega i bestillinga
onboarding-ordering-fill-in = Fyll ut
onboarding-ordering-terms = Godta vilkår
onboarding-ordering-send = Sjå over og send
onboarding-nobody = Du kan ikkje bestille for nokon
onboarding-nobody-text = Berre den som leier verksemda eller styrer tilgangane der, kan bestille. Er du leverandør, må verksemda først delegere tilgangen til dykk.
onboarding-for-whom = Kva verksemd skal ta tenesta i bruk?
onboarding-which-class = Kva informasjon treng de?
onboarding-which-class-hint = Vel den minste klassen de greier dykk med.
onboarding-which-basis = Kva heimel har de?
onboarding-basis-fits = For { $classes }
onboarding-need = Kva skal opplysningane brukast til?
onboarding-need-hint = Skriv kort og med eigne ord. Ikkje skriv om enkeltpersonar.
onboarding-email = E-post for svar
onboarding-email-hint = Vi skriv hit når bestillinga er avgjord, og når det kjem nye vilkår.
onboarding-language = Språk i e-postane
onboarding-save = Lagre og gå vidare
onboarding-cancel = Avbryt
onboarding-change = Endre
onboarding-continue = Hald fram
onboarding-accept = Eg godtek vilkåra på vegner av { $organisation }
onboarding-accept-now = Godta
onboarding-not-now = Ikkje no
onboarding-send-title = Sjå over og send
onboarding-send-text = { $owner } får bestillinga og avgjer ho. Du får svar på e-post.
onboarding-send-now = Send bestillinga
onboarding-power-administrator = administrator
onboarding-power-delegation = på vegner av verksemda, etter delegering til { $supplier }
onboarding-role-dagl = dagleg leiar
onboarding-role-lede = leiar av styret
onboarding-role-innh = innehavar
onboarding-role-other = leiar etter Einingsregisteret

# Eigne bestillingar
onboarding-orders = Mine bestillingar
onboarding-mine = Bestillingar du kan følgje
onboarding-none = Ingen bestillingar
onboarding-none-text = Du har ikkje bestilt noko enno. Finn ei teneste og bestill ho.
onboarding-column-service = Teneste
onboarding-column-organisation = Verksemd
onboarding-column-state = Status
onboarding-column-reference = Referanse
onboarding-column-when = Sist sendt eller byrja
onboarding-path = Kor langt bestillinga er komen
onboarding-path-draft = Fylt ut
onboarding-path-terms_accepted = Vilkår godtekne
onboarding-path-submitted = Sendt
onboarding-path-granted = Innvilga
onboarding-path-key_registered = Nøkkel registrert
onboarding-path-tested = Tilkopling testa
onboarding-path-live = I bruk
onboarding-state-draft = Utkast
onboarding-state-terms_accepted = Ikkje sendt
onboarding-state-submitted = Ventar på svar
onboarding-state-granted = Innvilga
onboarding-state-key_registered = Nøkkel registrert
onboarding-state-tested = Tilkopling testa
onboarding-state-live = I bruk
onboarding-state-refused = Avslått
onboarding-state-withdrawn = Trekt
onboarding-state-ended = Avslutta
onboarding-next-draft = Bestillinga er ikkje send. Les og godta vilkåra for å gå vidare.
onboarding-next-terms_accepted = Vilkåra er godtekne. Sjå over og send bestillinga.
onboarding-next-submitted = Den som eig tenesta, avgjer bestillinga. Du treng ikkje gjere noko no.
onboarding-next-granted = Tenesta er opna. Registrer ein nøkkel for klienten som skal hente opplysningar. Leverandøren kan gjere det for dykk.
onboarding-next-key_registered = Klienten har ein nøkkel. Test tilkoplinga.
onboarding-next-tested = Tilkoplinga verkar. Ta tenesta i bruk når de er klare.
onboarding-next-live = Tenesta er i bruk.
onboarding-next-refused = Bestillinga er avslått. Du kan endre ho og sende ho på nytt.
onboarding-next-withdrawn = Bestillinga er trekt. Bestill på nytt om de likevel treng tenesta.
onboarding-next-ended = Tenesta er ikkje lenger i bruk, og ho er stengd for verksemda. Bestill på nytt for å bruke ho igjen.
onboarding-content = Bestillinga
onboarding-fact-reference = Referanse
onboarding-fact-organisation = Verksemd
onboarding-fact-class = Ønskt informasjonsklasse
onboarding-fact-granted = Innvilga informasjonsklasse
onboarding-fact-basis = Heimel
onboarding-fact-bases = Heimlar
onboarding-fact-scopes = Opnar
onboarding-fact-need = Skal brukast til
onboarding-fact-terms = Godtekne vilkår
onboarding-fact-ordered-by = Send av
onboarding-fact-client = Klient
onboarding-fact-contact = E-post
onboarding-fact-owner = Eigar
onboarding-fact-ask = Spørsmål
onboarding-contact = { $email } ({ $language })
onboarding-said-terms = Versjon { $version }
onboarding-mails = E-post
onboarding-no-mails = Ingen e-post er send om bestillinga enno.
onboarding-no-mail-here = Denne løysinga sender ikkje e-post. Følg med på denne sida.
onboarding-mail-failed = E-posten kom ikkje fram
onboarding-mail-failed-text = E-posttenaren tok ikkje imot den siste e-posten. Sjå om adressa er rett.
onboarding-mail-kind-received = Stadfesting på at bestillinga er motteken
onboarding-mail-kind-granted = Svar: innvilga
onboarding-mail-kind-refused = Svar: avslått
onboarding-mail-kind-ended = Stadfesting på at bruken er avslutta
onboarding-mail-kind-terms = Nye vilkår
onboarding-mail-kind-reminder = Påminning om nye vilkår
onboarding-mail-kind-lapsed = Melding om at tenesta er stengd
onboarding-mail-kind-waiting = Beskjed til eigaren
onboarding-mail-fate-waits = Skal sendast
onboarding-mail-fate-sent = Send
onboarding-mail-fate-failed = Kom ikkje fram
onboarding-events = Kva som har skjedd
onboarding-event-begun = Bestillinga vart byrja
onboarding-event-changed = Bestillinga vart endra
onboarding-event-terms_accepted = Vilkåra vart godtekne
onboarding-event-submitted = Bestillinga vart send
onboarding-event-withdrawn = Bestillinga vart trekt
onboarding-event-granted = Bestillinga vart innvilga
onboarding-event-refused = Bestillinga vart avslått
onboarding-event-reopened = Bestillinga vart opna att
onboarding-event-key_registered = Ein nøkkel vart registrert
onboarding-event-tested = Tilkoplinga vart testa
onboarding-event-live = Tenesta vart teken i bruk
onboarding-event-ended = Bruken vart avslutta
onboarding-reopen = Endre og send på nytt
onboarding-to-clients = Gå til klientane
onboarding-go-live = Ta tenesta i bruk
onboarding-withdraw = Trekk bestillinga
onboarding-withdraw-text = Bestillinga blir ikkje avgjord. Du kan bestille på nytt seinare.
onboarding-withdraw-now = Trekk bestillinga no
onboarding-end = Avslutt bruken
onboarding-end-text = Tenesta blir stengd for verksemda med ein gong. System som bruker ho, sluttar å verke. Dette kan ikkje gjerast om, men de kan bestille på nytt.
onboarding-end-now = Avslutt no
onboarding-terms-again = Nye vilkår
onboarding-terms-again-text = Det er komne nye bruksvilkår. Godta dei før { $date }, elles blir tenesta stengd for verksemda.
onboarding-terms-lapsed = Tenesta er stengd
onboarding-terms-lapsed-text = Dei nye bruksvilkåra gjeld, og dei er ikkje godtekne. Tenesta opnar igjen med ein gong de godtek.
onboarding-read-and-accept = Les og godta

# Saksbehandlinga til eigaren
onboarding-desk = Bestillingar å avgjere
onboarding-desk-none = Ingen bestillingar ventar
onboarding-desk-none-text = Når nokon bestiller ei teneste de eig, står ho her.
onboarding-desk-waiting = Ventar på svar
onboarding-desk-others = Andre bestillingar
onboarding-decide = Avgjer bestillinga
onboarding-answer = Svar
onboarding-answer-grant = Innvilg: { $class }
onboarding-answer-asked = Det er denne klassen det er bestilt
onboarding-answer-other = Ein annan klasse enn den som er bestilt. Skriv kvifor.
onboarding-answer-refuse = Avslå
onboarding-answer-refuse-hint = Skriv kvifor, og kva som må til.
onboarding-reason = Grunngiving
onboarding-reason-hint = Den som har bestilt, får ho på e-post. Ikkje skriv om enkeltpersonar.
onboarding-decide-now = Send svaret
onboarding-not-yours = Du kan ikkje avgjere denne bestillinga. Ein annan saksbehandlar hos eigaren av tenesta må gjere det.

# Postkassen i demoen
onboarding-mailbox = Postkasse
onboarding-mailbox-lead = I ein demo går ingen e-post ut. Han hamnar her, og alle kan lese han.
onboarding-mailbox-none = Ingen e-post
onboarding-mailbox-none-text = Bestill ei teneste, så kjem stadfestinga hit.
onboarding-mailbox-to = Til { $address }, { $date }

# E-post
onboarding-mail-sender = Helsing Varde. Du kan ikkje svare på denne e-posten.
onboarding-mail-reason =
    Grunngiving:

    { $reason }
onboarding-mail-received-subject = Vi har fått bestillinga av { $service } ({ $reference })
onboarding-mail-received-body =
    Bestillinga av { $service } for { $organisation } er motteken. Ho gjeld { $class }.

    Den som eig tenesta, avgjer ho. Vi skriv til deg igjen når det er gjort.

    Følg bestillinga: { $link }
onboarding-mail-waiting-subject = Ei bestilling av { $service } ventar ({ $reference })
onboarding-mail-waiting-body =
    { $organisation } har bestilt { $service }: { $class }.

    Avgjer bestillinga: { $link }
onboarding-mail-granted-subject = Tilgangen til { $service } er gitt ({ $reference })
onboarding-mail-granted-body =
    { $organisation } har fått tilgang til { $service }: { $class }.

    { $reason }

    Neste steg er å registrere ein nøkkel for klienten og teste tilkoplinga. Leverandøren kan gjere det for dykk.

    Sjå bestillinga: { $link }
onboarding-mail-refused-subject = Bestillinga av { $service } er avslått ({ $reference })
onboarding-mail-refused-body =
    { $organisation } har ikkje fått tilgang til { $service }.

    { $reason }

    Du kan endre bestillinga og sende ho på nytt: { $link }
onboarding-mail-ended-subject = Bruken av { $service } er avslutta ({ $reference })
onboarding-mail-ended-body =
    { $organisation } bruker ikkje lenger { $service }. Tenesta er stengd for verksemda.

    Sjå bestillinga: { $link }
onboarding-mail-terms-subject = Nye bruksvilkår for { $service }
onboarding-mail-terms-body =
    { $service } får nye bruksvilkår. Dei gjeld frå { $date }.

    Godta dei før det på vegner av { $organisation }. Elles blir tenesta stengd for verksemda.

    Les og godta: { $link }
onboarding-mail-reminder-subject = Godta nye bruksvilkår for { $service }
onboarding-mail-reminder-body =
    { $organisation } har ikkje godteke dei nye bruksvilkåra for { $service }. { $days ->
        [one] Det er éin dag igjen.
       *[other] Det er { $days } dagar igjen.
    }

    Frå { $date } er tenesta stengd for verksemda til vilkåra er godtekne.

    Les og godta: { $link }
onboarding-mail-lapsed-subject = { $service } er stengd for { $organisation }
onboarding-mail-lapsed-body =
    Dei nye bruksvilkåra for { $service } gjeld frå { $date }, og dei er ikkje godtekne. Tenesta er stengd for { $organisation }.

    Ho opnar igjen med ein gong de godtek: { $link }

# Det som er gale
onboarding-error-class = Vel ein informasjonsklasse.
onboarding-error-basis = Vel ein heimel som gjeld for klassen du har valt.
onboarding-error-need = Skriv kva opplysningane skal brukast til.
onboarding-error-long = Teksten er for lang. Skriv høgst 2000 teikn.
onboarding-error-number = Teksten har eit fødselsnummer eller eit liknande nummer. Ta det ut: teksten blir send på e-post.
onboarding-error-reason = Skriv ei grunngiving.
onboarding-error-organisation = Vel ei verksemd.
onboarding-error-already = Verksemda har allereie ei bestilling av denne tenesta. Finn ho under Mine bestillingar.
onboarding-error-changed = Nokon andre har endra bestillinga i mellomtida. Last sida på nytt og sjå over.
onboarding-error-email = Skriv ei e-postadresse, til dømes namn@example.no.
onboarding-error-language = Vel eit språk.
onboarding-error-accept = Kryss av for at du godtek vilkåra.
onboarding-error-newer = Det er komen ein nyare versjon av vilkåra. Les han og godta på nytt.
onboarding-error-answer = Vel eit svar.
onboarding-flaw-reserved = Tenesta kan ikkje heite det. Vel eit anna namn.
onboarding-flaw-text = Skriv teksten på bokmål, nynorsk og engelsk.
onboarding-flaw-audiences = Nemn eitt eller fleire API, utan mellomrom og skråstrek.
onboarding-flaw-taken = API-et høyrer til ei anna teneste.
onboarding-flaw-notice = Varselet må vere frå 1 til 365 dagar.
onboarding-flaw-no_class = Tenesta må ha minst éin informasjonsklasse.
onboarding-flaw-twice = Klassen står to gonger.
onboarding-flaw-bases = Nemn minst éin heimel med lov og paragraf.
onboarding-flaw-scopes = Nemn minst eitt scope i tenesta sine eigne API.
onboarding-flaw-owner = Einingsregisteret har inga hovudeining med nummeret til eigaren.
onboarding-terms-text = Skriv vilkåra på bokmål, nynorsk og engelsk.
onboarding-terms-notice = Vilkåra må kunngjerast tidlegare, så verksemdene rekk å godta dei.
onboarding-terms-order = Vilkåra må gjelde frå ein seinare dag enn versjonen før.

# Problem
problem-onboarding-flawed = Tenesta kan ikkje registrerast slik. Sjå kva som er gale.
problem-onboarding-taken = API-et høyrer til ei anna teneste.
problem-onboarding-no_such_owner = Vi finn ikkje verksemda som skal eige tenesta.
problem-onboarding-not_publishable = Vilkåra kan ikkje kunngjerast slik. Sjå kva som er gale.
problem-onboarding-no_such_service = Vi finn ikkje tenesta.
problem-onboarding-no_such_terms = Vi finn ikkje denne versjonen av vilkåra.
problem-onboarding-not_found = Vi finn ikkje bestillinga.
problem-onboarding-no_mandate = Du kan ikkje handle for denne verksemda.
problem-onboarding-no_terms = Tenesta har ingen bruksvilkår enno. Ho kan ikkje bestillast.
problem-onboarding-newer_terms = Det er komen ein nyare versjon av vilkåra. Godta han først.
problem-onboarding-already = Verksemda har allereie ei bestilling av denne tenesta.
problem-onboarding-not_now = Det kan ikkje gjerast slik bestillinga står no.
problem-onboarding-changed = Nokon andre har endra bestillinga i mellomtida.
problem-onboarding-invalid = Noko er ikkje fylt ut rett.
problem-onboarding-neighbour = Eit register vi treng, svarar ikkje. Prøv igjen om litt.
problem-onboarding-stored = Noko som er lagra, kan ikkje lesast. Det er vår feil.
