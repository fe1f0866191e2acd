# Forvalting: framlegg, gjennomgang, årleg stadfesting.

governance-desk = Forvalting av katalogen
governance-desk-lead = Her ser du framlegg som ventar, og kjelder som må stadfestast kvart år.
governance-open = Opne framlegg
governance-open-caption = Framlegg som ikkje er avgjorde
governance-open-none = Ingen framlegg ventar
governance-open-none-text = Begynn eit framlegg ved å redigere ei kjelde, ei datasamling eller ein variabel.
governance-sources = Kjelder du forvaltar
governance-sources-caption = Kjelder og når dei må stadfestast
governance-sources-none = Du forvaltar ingen kjelder
governance-sources-none-text = Kjelder som verksemda di er dataansvarleg for, kjem hit når dei er publiserte.
governance-column-source = Kjelde
governance-column-confirmed = Sist stadfesta
governance-column-due = Må stadfestast innan
governance-column-standing = Status
governance-column-proposal = Framlegg
governance-column-by = Frå
governance-column-when = Tidspunkt
governance-column-state = Status
governance-never = Aldri
governance-standing-confirmed = I orden
governance-standing-soon = Mindre enn 30 dagar igjen
governance-standing-close = Mindre enn 7 dagar igjen
governance-standing-overdue = Fristen er ute
governance-state-draft = Utkast
governance-state-proposed = Til gjennomgang
governance-state-in_review = Blir gjennomgått
governance-state-published = Publisert
governance-state-rejected = Avvist
governance-state-withdrawn = Trekt
governance-who-you = Deg
governance-who-person = Ein annan person
governance-who-client = Systemet til verksemda
governance-who-system = Drifta
governance-origin-dcat = Ein annan katalog (DCAT)
governance-origin-codebook = Klokebok
governance-origin-catalogue = API-et til katalogen
governance-origin-explorer = Den nasjonale variabelutforskaren
governance-origin-edit = Redigering
governance-fact-origin = Kjem frå
governance-fact-proposer = Foreslått av
governance-fact-created = Begynt
governance-fact-proposed = Sendt til gjennomgang
governance-fact-reviewer = Gjennomgått av
governance-fact-decided = Avgjort
governance-fact-reason = Grunngiving
governance-source-title = Forvalting
governance-public-page = Slik alle ser kjelda
governance-confirmation = Årleg stadfesting
governance-confirm-text = Du stadfestar at skildringa av kjelda stemmer i dag (EHDS artikkel 60 nr. 3). Datoen blir vist for alle.
governance-confirm = Stadfest at skildringa stemmer
governance-edit = Rediger
governance-edit-text = Endringane blir samla i eitt utkast. Ingen ser dei før utkastet er gjennomgått og publisert.
governance-edit-source = Om kjelda
governance-history = Framlegg gjennom tida
governance-history-caption = Alt som er foreslått for kjelda
governance-history-none = Ingenting er foreslått enno.
governance-responsible = Ansvar
governance-responsible-none = Ingen er oppgitt.
governance-responsible-name = Oppgi kven som har ansvaret
governance-responsible-place = For kva
governance-responsible-role = Rolle
governance-responsible-unit = Eining
governance-responsible-unit-hint = Til dømes «Seksjon for registerdrift».
governance-responsible-contact = Kontakt
governance-responsible-contact-hint = E-postadressa eller nettsida til eininga. Blir vist for alle. Til ei e-postadresse sender vi påminningar om den årlege stadfestinga.
governance-role-owner = Eigar
governance-role-steward = Forvaltar
governance-setting = Kor mange må vere einige?
governance-setting-choose = Vel
governance-setting-reason = Kvifor
governance-setting-reason-hint = Grunngivinga blir ståande i loggen.
governance-approval-people_in_two = To personar, unntatt for system
governance-approval-people_in_two-hint = Det ein person føreslår, publiserer ein annan. Eigne system og drifta publiserer det dei legg inn.
governance-approval-always_two = Alltid to
governance-approval-always_two-hint = Også det system legg inn, må godkjennast av ein person.
governance-approval-one_enough = Éin er nok
governance-approval-one_enough-hint = Den som føreslår, kan publisere sjølv med ei grunngiving.
governance-save = Lagre
governance-back = Tilbake
governance-edit-title = Rediger
governance-edit-lead = Det du endrar her, blir lagt i utkastet til kjelda.
governance-edit-save = Legg i utkastet
governance-draft-open = Det finst eit utkast. Felta viser det.
governance-draft-title = Utkast utan tittel
governance-bulk = Endre alle variablane samla
governance-bulk-text = Verdien blir sett på alle variablane i datasamlinga og lagt i same utkast.
governance-bulk-field = Felt
governance-bulk-value = Ny verdi
governance-bulk-value-hint = Tom verdi tek feltet bort. Datoar blir skrivne ÅÅÅÅ-MM-DD.
governance-bulk-save = Legg i utkastet
governance-field-name-nb = Namn på bokmål
governance-field-name-nn = Namn på nynorsk
governance-field-name-en = Namn på engelsk
governance-field-description-nb = Skildring på bokmål
governance-field-description-nn = Skildring på nynorsk
governance-field-description-en = Skildring på engelsk
governance-field-valid_from = Gyldig frå
governance-field-valid_until = Gyldig til
governance-field-legal_basis = Lovverk
governance-field-controller = Dataansvarleg
governance-field-processor = Databehandlar
governance-field-identification = Personidentifikasjon
governance-field-kind = Kjeldetype
governance-field-law = Heimel
governance-field-rules = Reglar mellom variablar
governance-field-code_system = Kodeverk
governance-change-field = { $field } endra frå «{ $from }» til «{ $to }»
governance-difference-nodes = Kjelda og datasamlingane
governance-first-edition = Kjelda er ny i katalogen:
governance-propose = Be om gjennomgang
governance-propose-title = Kva framlegget gjeld
governance-propose-hint = Kort, slik at den som går gjennom, forstår kvifor.
governance-propose-send = Send til gjennomgang
governance-take-up = Begynn gjennomgangen
governance-needs-another = Ein annan enn den som føreslo, må godkjenne.
governance-approve = Publiser
governance-approve-text = Det føreslåtte blir den gjeldande skildringa for alle.
governance-approve-reason = Grunngiving
governance-approve-send = Publiser framlegget
governance-reject = Avvis
governance-reject-text = Den gjeldande skildringa blir ståande. Framlegget kan framleis lesast, med grunngivinga.
governance-reject-send = Avvis framlegget
governance-reason = Grunngiving
governance-comments = Kommentarar
governance-comments-none = Ingen har kommentert.
governance-comment-resolved = Avklart
governance-comment-resolve = Marker som avklart
governance-comment-answer = Svar
governance-comment-answer-send = Send svar
governance-comment-new = Skriv ein kommentar
governance-comment-place = Kva han gjeld
governance-comment-body = Kommentar
governance-comment-send = Legg til kommentar
governance-withdraw = Trekk framlegget
governance-withdraw-text = Framlegget blir lukka og endrar ingenting.
governance-withdraw-send = Trekk framlegget
governance-error-text = Skriv mellom 1 og 2000 teikn.
governance-error-choose = Vel noko frå lista.
governance-error-nothing = Du har ikkje endra noko.
governance-cite = Slik viser du til denne utgåva
governance-cited-same = Dette er utgåva som adressa viser til.
governance-cited-other = Adressa viser til ei anna utgåve enn den som galdt denne dagen.
governance-look-after = Forvalt kjelda
governance-mail-subject = Stadfest skildringa av { $source }
governance-mail-body =
    Skildringa av { $source } i katalogen må stadfestast innan { $date }.

    Sjå gjennom ho, rett det som er feil, og stadfest at ho stemmer:
    { $link }

    Den som er ansvarleg for ei datakjelde, skal sjå gjennom skildringa minst éin gong i året (EHDS artikkel 60 nr. 3).
governance-mail-overdue =
    Skildringa av { $source } i katalogen skulle vore stadfesta innan { $date }. Alle kan sjå at fristen er ute.

    Sjå gjennom ho, rett det som er feil, og stadfest at ho stemmer:
    { $link }

metadata-error-text = Skriv mellom 1 og 2000 teikn.
metadata-edit-path = Denne delen finst ikkje lenger i kjelda.
metadata-edit-field = Dette feltet finst ikkje.
metadata-edit-name = Namnet på bokmål kan ikkje vere tomt.
metadata-edit-day = Skriv ein dato som 2026-01-31.
metadata-edit-order = Siste dag kan ikkje vere før første dag.
metadata-property-number = Skriv eit tal.
metadata-property-date = Skriv ein dato som 2026-01-31.
metadata-property-boolean = Skriv true eller false.
metadata-property-url = Skriv ei heil nettadresse, som https://example.no.
metadata-property-email = Skriv ei e-postadresse.
metadata-property-option = Vel blant verdiane som finst.
metadata-property-languages = Skriv tekstane som JSON, til dømes {"{"}"nb": "Tekst"{"}"}.

problem-metadata-wrong_payload = Filene kan ikkje lesast som svar frå variabelutforskaren. Sjå kva fil og kvar i meldinga.
problem-metadata-nothing_to_import = Filene inneheld ingenting frå variabelutforskaren.
problem-metadata-needs_another = Ein annan enn den som føreslo, må godkjenne. Be ein kollega sjå på framlegget.
problem-metadata-closed_proposal = Framlegget er kome for langt til dette. Last sida på nytt og sjå kvar det står.
problem-metadata-nothing_proposed = Utkastet endrar ingenting. Rediger noko først.
problem-metadata-wrong_edit = Ei endring passar ikkje lenger. Sjå kva felt det gjeld, og rediger det på nytt.
problem-metadata-no_edits = Vel minst eitt felt å endre, og ikkje meir enn 20 000 om gongen.
problem-metadata-wrong_text = Skriv mellom 1 og 2000 teikn.
governance-abroad-none = Ingen manglar
governance-abroad-count = { $breaches ->
    [0] { $others } { $others ->
        [one] råd
       *[other] råd
    }
    [one] Éin mangel i det som er påkravd
   *[other] { $breaches } manglar i det som er påkravd
}
governance-abroad-show = Sjå kva som blir kravd
governance-abroad-acknowledge = Skildringa manglar noko som er påkravd i andre katalogar. Skriv kvifor ho likevel kan publiserast.
governance-weight-breach = Påkravd
governance-weight-advice = Bør rettast
governance-weight-note = Til orientering
governance-error-acknowledge = Skriv kvifor skildringa kan publiserast sjølv om ho manglar noko som er påkravd.
governance-harvests = Katalogar som blir hausta
