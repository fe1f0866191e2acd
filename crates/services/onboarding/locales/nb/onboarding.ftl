# Katalogen
onboarding-services = Tjenester
onboarding-services-lead = Her finner du tjenester virksomheten kan ta i bruk. Den som leder virksomheten, bestiller. En leverandør kan bestille når virksomheten har delegert det til den.
onboarding-no-services = Ingen tjenester ennå
onboarding-no-services-text = Når en tjeneste kan tas i bruk, står den her.
onboarding-to-services = Se tjenestene
onboarding-classes = Informasjonsklasser
onboarding-classes-text = Velg den minste klassen dere trenger. Hver klasse krever en hjemmel.
onboarding-about = Om tjenesten
onboarding-terms = Bruksvilkår
onboarding-terms-of = Bruksvilkår for { $service }
onboarding-terms-version = Versjon { $version }, gjelder fra { $date }
onboarding-not-yet = Kan ikke bestilles ennå
onboarding-not-yet-text = Tjenesten har ingen bruksvilkår ennå. Spør den som eier tjenesten.
onboarding-order-it = Bestill
onboarding-order-of = Bestill { $service }

# Å bestille
onboarding-steps = Stegene i bestillingen
onboarding-ordering-fill-in = Fyll ut
onboarding-ordering-terms = Godta vilkår
onboarding-ordering-send = Se over og send
onboarding-nobody = Du kan ikke bestille for noen
onboarding-nobody-text = Bare den som leder virksomheten eller styrer tilgangene der, kan bestille. Er du leverandør, må virksomheten først delegere tilgangen til dere.
onboarding-for-whom = Hvilken virksomhet skal ta tjenesten i bruk?
onboarding-which-class = Hvilken informasjon trenger dere?
onboarding-which-class-hint = Velg den minste klassen dere klarer dere med.
onboarding-which-basis = Hvilken hjemmel har dere?
onboarding-basis-fits = For { $classes }
onboarding-need = Hva skal opplysningene brukes til?
onboarding-need-hint = Skriv kort og med egne ord. Ikke skriv om enkeltpersoner.
onboarding-email = E-post for svar
onboarding-email-hint = Vi skriver hit når bestillingen er avgjort, og når det kommer nye vilkår.
onboarding-language = Språk i e-postene
onboarding-save = Lagre og gå videre
onboarding-cancel = Avbryt
onboarding-change = Endre
onboarding-continue = Fortsett
onboarding-accept = Jeg godtar vilkårene på vegne av { $organisation }
onboarding-accept-now = Godta
onboarding-not-now = Ikke nå
onboarding-send-title = Se over og send
onboarding-send-text = { $owner } får bestillingen og avgjør den. Du får svar på e-post.
onboarding-send-now = Send bestillingen
onboarding-power-administrator = administrator
onboarding-power-delegation = på vegne av virksomheten, etter delegering til { $supplier }
onboarding-role-dagl = daglig leder
onboarding-role-lede = styrets leder
onboarding-role-innh = innehaver
onboarding-role-other = leder etter Enhetsregisteret

# Egne bestillinger
onboarding-orders = Mine bestillinger
onboarding-mine = Bestillinger du kan følge
onboarding-none = Ingen bestillinger
onboarding-none-text = Du har ikke bestilt noe ennå. Finn en tjeneste og bestill den.
onboarding-column-service = Tjeneste
onboarding-column-organisation = Virksomhet
onboarding-column-state = Status
onboarding-column-reference = Referanse
onboarding-column-when = Sist sendt eller begynt
onboarding-path = Hvor langt bestillingen er kommet
onboarding-path-draft = Fylt ut
onboarding-path-terms_accepted = Vilkår godtatt
onboarding-path-submitted = Sendt
onboarding-path-granted = Innvilget
onboarding-path-key_registered = Nøkkel registrert
onboarding-path-tested = Tilkobling testet
onboarding-path-live = I bruk
onboarding-state-draft = Utkast
onboarding-state-terms_accepted = Ikke sendt
onboarding-state-submitted = Venter på svar
onboarding-state-granted = Innvilget
onboarding-state-key_registered = Nøkkel registrert
onboarding-state-tested = Tilkobling testet
onboarding-state-live = I bruk
onboarding-state-refused = Avslått
onboarding-state-withdrawn = Trukket
onboarding-state-ended = Avsluttet
onboarding-next-draft = Bestillingen er ikke sendt. Les og godta vilkårene for å gå videre.
onboarding-next-terms_accepted = Vilkårene er godtatt. Se over og send bestillingen.
onboarding-next-submitted = Den som eier tjenesten, avgjør bestillingen. Du trenger ikke gjøre noe nå.
onboarding-next-granted = Tjenesten er åpnet. Registrer en nøkkel for klienten som skal hente opplysninger. Leverandøren kan gjøre det for dere.
onboarding-next-key_registered = Klienten har en nøkkel. Test tilkoblingen.
onboarding-next-tested = Tilkoblingen virker. Ta tjenesten i bruk når dere er klare.
onboarding-next-live = Tjenesten er i bruk.
onboarding-next-refused = Bestillingen er avslått. Du kan endre den og sende den på nytt.
onboarding-next-withdrawn = Bestillingen er trukket. Bestill på nytt hvis dere likevel trenger tjenesten.
onboarding-next-ended = Tjenesten er ikke lenger i bruk, og den er stengt for virksomheten. Bestill på nytt for å bruke den igjen.
onboarding-content = Bestillingen
onboarding-fact-reference = Referanse
onboarding-fact-organisation = Virksomhet
onboarding-fact-class = Ønsket informasjonsklasse
onboarding-fact-granted = Innvilget informasjonsklasse
onboarding-fact-basis = Hjemmel
onboarding-fact-bases = Hjemler
onboarding-fact-scopes = Åpner
onboarding-fact-need = Brukes til
onboarding-fact-terms = Godtatte vilkår
onboarding-fact-ordered-by = Sendt av
onboarding-fact-client = Klient
onboarding-fact-contact = E-post
onboarding-fact-owner = Eier
onboarding-fact-ask = Spørsmål
onboarding-contact = { $email } ({ $language })
onboarding-said-terms = Versjon { $version }
onboarding-mails = E-post
onboarding-no-mails = Ingen e-post er sendt om bestillingen ennå.
onboarding-no-mail-here = Denne løsningen sender ikke e-post. Følg med på denne siden.
onboarding-mail-failed = E-posten kom ikke fram
onboarding-mail-failed-text = E-posttjeneren tok ikke imot den siste e-posten. Se om adressen er riktig.
onboarding-mail-kind-received = Bekreftelse på at bestillingen er mottatt
onboarding-mail-kind-granted = Svar: innvilget
onboarding-mail-kind-refused = Svar: avslått
onboarding-mail-kind-ended = Bekreftelse på at bruken er avsluttet
onboarding-mail-kind-terms = Nye vilkår
onboarding-mail-kind-reminder = Påminnelse om nye vilkår
onboarding-mail-kind-lapsed = Melding om at tjenesten er stengt
onboarding-mail-kind-waiting = Beskjed til eieren
onboarding-mail-fate-waits = Skal sendes
onboarding-mail-fate-sent = Sendt
onboarding-mail-fate-failed = Kom ikke fram
onboarding-events = Hva som har skjedd
onboarding-event-begun = Bestillingen ble begynt
onboarding-event-changed = Bestillingen ble endret
onboarding-event-terms_accepted = Vilkårene ble godtatt
onboarding-event-submitted = Bestillingen ble sendt
onboarding-event-withdrawn = Bestillingen ble trukket
onboarding-event-granted = Bestillingen ble innvilget
onboarding-event-refused = Bestillingen ble avslått
onboarding-event-reopened = Bestillingen ble åpnet igjen
onboarding-event-key_registered = En nøkkel ble registrert
onboarding-event-tested = Tilkoblingen ble testet
onboarding-event-live = Tjenesten ble tatt i bruk
onboarding-event-ended = Bruken ble avsluttet
onboarding-reopen = Endre og send på nytt
onboarding-to-clients = Gå til klientene
onboarding-go-live = Ta tjenesten i bruk
onboarding-withdraw = Trekk bestillingen
onboarding-withdraw-text = Bestillingen blir ikke avgjort. Du kan bestille på nytt senere.
onboarding-withdraw-now = Trekk bestillingen nå
onboarding-end = Avslutt bruken
onboarding-end-text = Tjenesten stenges for virksomheten med en gang. Systemer som bruker den, slutter å virke. Dette kan ikke gjøres om, men dere kan bestille på nytt.
onboarding-end-now = Avslutt nå
onboarding-terms-again = Nye vilkår
onboarding-terms-again-text = Det er kommet nye bruksvilkår. Godta dem før { $date }, ellers stenges tjenesten for virksomheten.
onboarding-terms-lapsed = Tjenesten er stengt
onboarding-terms-lapsed-text = De nye bruksvilkårene gjelder, og de er ikke godtatt. Tjenesten åpner igjen med en gang dere godtar.
onboarding-read-and-accept = Les og godta

# Eierens saksbehandling
onboarding-desk = Bestillinger å avgjøre
onboarding-desk-none = Ingen bestillinger venter
onboarding-desk-none-text = Når noen bestiller en tjeneste dere eier, står den her.
onboarding-desk-waiting = Venter på svar
onboarding-desk-others = Andre bestillinger
onboarding-decide = Avgjør bestillingen
onboarding-answer = Svar
onboarding-answer-grant = Innvilg: { $class }
onboarding-answer-asked = Det er denne klassen det er bestilt
onboarding-answer-other = En annen klasse enn den som er bestilt. Skriv hvorfor.
onboarding-answer-refuse = Avslå
onboarding-answer-refuse-hint = Skriv hvorfor, og hva som må til.
onboarding-reason = Begrunnelse
onboarding-reason-hint = Den som har bestilt, får den på e-post. Ikke skriv om enkeltpersoner.
onboarding-decide-now = Send svaret
onboarding-not-yours = Du kan ikke avgjøre denne bestillingen. En annen saksbehandler hos tjenestens eier må gjøre det.

# Postkassen i demoen
onboarding-mailbox = Postkasse
onboarding-mailbox-lead = I en demo går ingen e-post ut. Den havner her, og alle kan lese den.
onboarding-mailbox-none = Ingen e-post
onboarding-mailbox-none-text = Bestill en tjeneste, så kommer bekreftelsen hit.
onboarding-mailbox-to = Til { $address }, { $date }

# E-post
onboarding-mail-sender = Hilsen Varde. Du kan ikke svare på denne e-posten.
onboarding-mail-reason =
    Begrunnelse:

    { $reason }
onboarding-mail-received-subject = Vi har fått bestillingen av { $service } ({ $reference })
onboarding-mail-received-body =
    Bestillingen av { $service } for { $organisation } er mottatt. Den gjelder { $class }.

    Den som eier tjenesten, avgjør den. Vi skriver til deg igjen når det er gjort.

    Følg bestillingen: { $link }
onboarding-mail-waiting-subject = En bestilling av { $service } venter ({ $reference })
onboarding-mail-waiting-body =
    { $organisation } har bestilt { $service }: { $class }.

    Avgjør bestillingen: { $link }
onboarding-mail-granted-subject = Tilgangen til { $service } er gitt ({ $reference })
onboarding-mail-granted-body =
    { $organisation } har fått tilgang til { $service }: { $class }.

    { $reason }

    Neste steg er å registrere en nøkkel for klienten og teste tilkoblingen. Leverandøren kan gjøre det for dere.

    Se bestillingen: { $link }
onboarding-mail-refused-subject = Bestillingen av { $service } er avslått ({ $reference })
onboarding-mail-refused-body =
    { $organisation } har ikke fått tilgang til { $service }.

    { $reason }

    Du kan endre bestillingen og sende den på nytt: { $link }
onboarding-mail-ended-subject = Bruken av { $service } er avsluttet ({ $reference })
onboarding-mail-ended-body =
    { $organisation } bruker ikke lenger { $service }. Tjenesten er stengt for virksomheten.

    Se bestillingen: { $link }
onboarding-mail-terms-subject = Nye bruksvilkår for { $service }
onboarding-mail-terms-body =
    { $service } får nye bruksvilkår. De gjelder fra { $date }.

    Godta dem før det på vegne av { $organisation }. Ellers stenges tjenesten for virksomheten.

    Les og godta: { $link }
onboarding-mail-reminder-subject = Godta nye bruksvilkår for { $service }
onboarding-mail-reminder-body =
    { $organisation } har ikke godtatt de nye bruksvilkårene for { $service }. { $days ->
        [one] Det er én dag igjen.
       *[other] Det er { $days } dager igjen.
    }

    Fra { $date } er tjenesten stengt for virksomheten til vilkårene er godtatt.

    Les og godta: { $link }
onboarding-mail-lapsed-subject = { $service } er stengt for { $organisation }
onboarding-mail-lapsed-body =
    De nye bruksvilkårene for { $service } gjelder fra { $date }, og de er ikke godtatt. Tjenesten er stengt for { $organisation }.

    Den åpner igjen med en gang dere godtar: { $link }

# Det som er galt
onboarding-error-class = Velg en informasjonsklasse.
onboarding-error-basis = Velg en hjemmel som gjelder for klassen du har valgt.
onboarding-error-need = Skriv hva opplysningene skal brukes til.
onboarding-error-long = Teksten er for lang. Skriv høyst 2000 tegn.
onboarding-error-number = Teksten har et fødselsnummer eller et lignende nummer. Ta det ut: teksten sendes på e-post.
onboarding-error-reason = Skriv en begrunnelse.
onboarding-error-organisation = Velg en virksomhet.
onboarding-error-already = Virksomheten har allerede en bestilling av denne tjenesten. Finn den under Mine bestillinger.
onboarding-error-changed = Noen andre har endret bestillingen i mellomtiden. Last siden på nytt og se over.
onboarding-error-email = Skriv en e-postadresse, for eksempel navn@example.no.
onboarding-error-language = Velg et språk.
onboarding-error-accept = Kryss av for at du godtar vilkårene.
onboarding-error-newer = Det er kommet en nyere versjon av vilkårene. Les den og godta på nytt.
onboarding-error-answer = Velg et svar.
onboarding-flaw-reserved = Tjenesten kan ikke hete det. Velg et annet navn.
onboarding-flaw-text = Skriv teksten på bokmål, nynorsk og engelsk.
onboarding-flaw-audiences = Nevn ett eller flere API-er, uten mellomrom og skråstrek.
onboarding-flaw-taken = API-et hører til en annen tjeneste.
onboarding-flaw-notice = Varselet må være fra 1 til 365 dager.
onboarding-flaw-no_class = Tjenesten må ha minst én informasjonsklasse.
onboarding-flaw-twice = Klassen står to ganger.
onboarding-flaw-bases = Nevn minst én hjemmel med lov og paragraf.
onboarding-flaw-scopes = Nevn minst ett scope i tjenestens egne API-er.
onboarding-flaw-owner = Enhetsregisteret har ingen hovedenhet med eierens nummer.
onboarding-terms-text = Skriv vilkårene på bokmål, nynorsk og engelsk.
onboarding-terms-notice = Vilkårene må kunngjøres tidligere, så virksomhetene rekker å godta dem.
onboarding-terms-order = Vilkårene må gjelde fra en senere dag enn versjonen før.

# Problemer
problem-onboarding-flawed = Tjenesten kan ikke registreres slik. Se hva som er galt.
problem-onboarding-taken = API-et hører til en annen tjeneste.
problem-onboarding-no_such_owner = Vi finner ikke virksomheten som skal eie tjenesten.
problem-onboarding-not_publishable = Vilkårene kan ikke kunngjøres slik. Se hva som er galt.
problem-onboarding-no_such_service = Vi finner ikke tjenesten.
problem-onboarding-no_such_terms = Vi finner ikke denne versjonen av vilkårene.
problem-onboarding-not_found = Vi finner ikke bestillingen.
problem-onboarding-no_mandate = Du kan ikke handle for denne virksomheten.
problem-onboarding-no_terms = Tjenesten har ingen bruksvilkår ennå. Den kan ikke bestilles.
problem-onboarding-newer_terms = Det er kommet en nyere versjon av vilkårene. Godta den først.
problem-onboarding-already = Virksomheten har allerede en bestilling av denne tjenesten.
problem-onboarding-not_now = Det kan ikke gjøres slik bestillingen står nå.
problem-onboarding-changed = Noen andre har endret bestillingen i mellomtiden.
problem-onboarding-invalid = Noe er ikke fylt ut riktig.
problem-onboarding-neighbour = Et register vi trenger, svarer ikke. Prøv igjen om litt.
problem-onboarding-stored = Noe som er lagret, kan ikke leses. Det er vår feil.
