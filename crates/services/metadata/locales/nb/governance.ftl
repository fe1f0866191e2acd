# Forvaltning: forslag, gjennomgang, årlig bekreftelse.

governance-desk = Forvaltning av katalogen
governance-desk-lead = Her ser du forslag som venter, og kilder som må bekreftes hvert år.
governance-open = Åpne forslag
governance-open-caption = Forslag som ikke er avgjort
governance-open-none = Ingen forslag venter
governance-open-none-text = Begynn et forslag ved å redigere en kilde, en datasamling eller en variabel.
governance-sources = Kilder du forvalter
governance-sources-caption = Kilder og når de må bekreftes
governance-sources-none = Du forvalter ingen kilder
governance-sources-none-text = Kilder som virksomheten din er dataansvarlig for, kommer hit når de er publisert.
governance-column-source = Kilde
governance-column-confirmed = Sist bekreftet
governance-column-due = Bekreftes innen
governance-column-standing = Status
governance-column-proposal = Forslag
governance-column-by = Fra
governance-column-when = Tidspunkt
governance-column-state = Status
governance-never = Aldri
governance-standing-confirmed = I orden
governance-standing-soon = Mindre enn 30 dager igjen
governance-standing-close = Mindre enn 7 dager igjen
governance-standing-overdue = Fristen er ute
governance-state-draft = Utkast
governance-state-proposed = Til gjennomgang
governance-state-in_review = Gjennomgås
governance-state-published = Publisert
governance-state-rejected = Avvist
governance-state-withdrawn = Trukket
governance-who-you = Deg
governance-who-person = En annen person
governance-who-client = Virksomhetens system
governance-who-system = Driften
governance-origin-dcat = En annen katalog (DCAT)
governance-origin-codebook = Klokebok
governance-origin-catalogue = Katalogens API
governance-origin-explorer = Den nasjonale variabelutforskeren
governance-origin-edit = Redigering
governance-fact-origin = Kommer fra
governance-fact-proposer = Foreslått av
governance-fact-created = Begynt
governance-fact-proposed = Sendt til gjennomgang
governance-fact-reviewer = Gjennomgått av
governance-fact-decided = Avgjort
governance-fact-reason = Begrunnelse
governance-source-title = Forvaltning
governance-public-page = Slik alle ser kilden
governance-confirmation = Årlig bekreftelse
governance-confirm-text = Du bekrefter at beskrivelsen av kilden stemmer i dag (EHDS artikkel 60 nr. 3). Datoen vises for alle.
governance-confirm = Bekreft at beskrivelsen stemmer
governance-edit = Rediger
governance-edit-text = Endringene samles i ett utkast. Ingen ser dem før utkastet er gjennomgått og publisert.
governance-edit-source = Om kilden
governance-history = Forslag gjennom tiden
governance-history-caption = Alt som er foreslått for kilden
governance-history-none = Ingenting er foreslått ennå.
governance-responsible = Ansvar
governance-responsible-none = Ingen er oppgitt.
governance-responsible-name = Oppgi hvem som har ansvaret
governance-responsible-place = For hva
governance-responsible-role = Rolle
governance-responsible-unit = Enhet
governance-responsible-unit-hint = For eksempel «Seksjon for registerdrift».
governance-responsible-contact = Kontakt
governance-responsible-contact-hint = Enhetens e-postadresse eller nettside. Vises for alle. Til en e-postadresse sender vi påminnelser om den årlige bekreftelsen.
governance-role-owner = Eier
governance-role-steward = Forvalter
governance-setting = Hvor mange må være enige?
governance-setting-choose = Velg
governance-setting-reason = Hvorfor
governance-setting-reason-hint = Begrunnelsen blir stående i loggen.
governance-approval-people_in_two = To personer, unntatt for systemer
governance-approval-people_in_two-hint = Det en person foreslår, publiserer en annen. Egne systemer og driften publiserer det de legger inn.
governance-approval-always_two = Alltid to
governance-approval-always_two-hint = Også det systemer legger inn, må godkjennes av en person.
governance-approval-one_enough = Én er nok
governance-approval-one_enough-hint = Den som foreslår, kan publisere selv med en begrunnelse.
governance-save = Lagre
governance-back = Tilbake
governance-edit-title = Rediger
governance-edit-lead = Det du endrer her, legges i kildens utkast.
governance-edit-save = Legg i utkastet
governance-draft-open = Det finnes et utkast. Feltene viser det.
governance-draft-title = Utkast uten tittel
governance-bulk = Endre alle variablene samlet
governance-bulk-text = Verdien settes på alle variablene i datasamlingen og legges i samme utkast.
governance-bulk-field = Felt
governance-bulk-value = Ny verdi
governance-bulk-value-hint = Tom verdi tar feltet bort. Datoer skrives ÅÅÅÅ-MM-DD.
governance-bulk-save = Legg i utkastet
governance-field-name-nb = Navn på bokmål
governance-field-name-nn = Navn på nynorsk
governance-field-name-en = Navn på engelsk
governance-field-description-nb = Beskrivelse på bokmål
governance-field-description-nn = Beskrivelse på nynorsk
governance-field-description-en = Beskrivelse på engelsk
governance-field-valid_from = Gyldig fra
governance-field-valid_until = Gyldig til
governance-field-legal_basis = Lovverk
governance-field-controller = Dataansvarlig
governance-field-processor = Databehandler
governance-field-identification = Personidentifikasjon
governance-field-kind = Kildetype
governance-field-law = Hjemmel
governance-field-rules = Regler mellom variabler
governance-field-code_system = Kodeverk
governance-change-field = { $field } endret fra «{ $from }» til «{ $to }»
governance-difference-nodes = Kilden og datasamlingene
governance-first-edition = Kilden er ny i katalogen:
governance-propose = Be om gjennomgang
governance-propose-title = Hva forslaget gjelder
governance-propose-hint = Kort, slik at den som går gjennom, forstår hvorfor.
governance-propose-send = Send til gjennomgang
governance-take-up = Begynn gjennomgangen
governance-needs-another = En annen enn den som foreslo, må godkjenne.
governance-approve = Publiser
governance-approve-text = Det foreslåtte blir den gjeldende beskrivelsen for alle.
governance-approve-reason = Begrunnelse
governance-approve-send = Publiser forslaget
governance-reject = Avvis
governance-reject-text = Den gjeldende beskrivelsen blir stående. Forslaget kan fortsatt leses, med begrunnelsen.
governance-reject-send = Avvis forslaget
governance-reason = Begrunnelse
governance-comments = Kommentarer
governance-comments-none = Ingen har kommentert.
governance-comment-resolved = Avklart
governance-comment-resolve = Marker som avklart
governance-comment-answer = Svar
governance-comment-answer-send = Send svar
governance-comment-new = Skriv en kommentar
governance-comment-place = Hva den gjelder
governance-comment-body = Kommentar
governance-comment-send = Legg til kommentar
governance-withdraw = Trekk forslaget
governance-withdraw-text = Forslaget lukkes og endrer ingenting.
governance-withdraw-send = Trekk forslaget
governance-error-text = Skriv mellom 1 og 2000 tegn.
governance-error-choose = Velg noe fra listen.
governance-error-nothing = Du har ikke endret noe.
governance-cite = Slik viser du til denne utgaven
governance-cited-same = Dette er utgaven som adressen viser til.
governance-cited-other = Adressen viser til en annen utgave enn den som gjaldt denne dagen.
governance-look-after = Forvalt kilden
governance-mail-subject = Bekreft beskrivelsen av { $source }
governance-mail-body =
    Beskrivelsen av { $source } i katalogen må bekreftes innen { $date }.

    Se gjennom den, rett det som er feil, og bekreft at den stemmer:
    { $link }

    Den som er ansvarlig for en datakilde, skal se gjennom beskrivelsen minst én gang i året (EHDS artikkel 60 nr. 3).
governance-mail-overdue =
    Beskrivelsen av { $source } i katalogen skulle vært bekreftet innen { $date }. Alle kan se at fristen er ute.

    Se gjennom den, rett det som er feil, og bekreft at den stemmer:
    { $link }

metadata-error-text = Skriv mellom 1 og 2000 tegn.
metadata-edit-path = Denne delen finnes ikke lenger i kilden.
metadata-edit-field = Dette feltet finnes ikke.
metadata-edit-name = Navnet på bokmål kan ikke være tomt.
metadata-edit-day = Skriv en dato som 2026-01-31.
metadata-edit-order = Siste dag kan ikke være før første dag.
metadata-property-number = Skriv et tall.
metadata-property-date = Skriv en dato som 2026-01-31.
metadata-property-boolean = Skriv true eller false.
metadata-property-url = Skriv en hel nettadresse, som https://example.no.
metadata-property-email = Skriv en e-postadresse.
metadata-property-option = Velg blant verdiene som finnes.
metadata-property-languages = Skriv tekstene som JSON, for eksempel {"{"}"nb": "Tekst"{"}"}.

problem-metadata-wrong_payload = Filene kan ikke leses som svar fra variabelutforskeren. Se hvilken fil og hvor i meldingen.
problem-metadata-nothing_to_import = Filene inneholder ingenting fra variabelutforskeren.
problem-metadata-needs_another = En annen enn den som foreslo, må godkjenne. Be en kollega se på forslaget.
problem-metadata-closed_proposal = Forslaget er kommet for langt til dette. Last siden på nytt og se hvor det står.
problem-metadata-nothing_proposed = Utkastet endrer ingenting. Rediger noe først.
problem-metadata-wrong_edit = En endring passer ikke lenger. Se hvilket felt det gjelder, og rediger det på nytt.
problem-metadata-no_edits = Velg minst ett felt å endre, og ikke mer enn 20 000 om gangen.
problem-metadata-wrong_text = Skriv mellom 1 og 2000 tegn.
governance-abroad-none = Ingen mangler
governance-abroad-count = { $breaches ->
    [0] { $others } { $others ->
        [one] råd
       *[other] råd
    }
    [one] Én mangel i det som er påkrevd
   *[other] { $breaches } mangler i det som er påkrevd
}
governance-abroad-show = Se hva som kreves
governance-abroad-acknowledge = Beskrivelsen mangler noe som er påkrevd i andre kataloger. Skriv hvorfor den likevel kan publiseres.
governance-weight-breach = Påkrevd
governance-weight-advice = Bør rettes
governance-weight-note = Til orientering
governance-error-acknowledge = Skriv hvorfor beskrivelsen kan publiseres selv om den mangler noe som er påkrevd.
governance-harvests = Kataloger som blir høstet
