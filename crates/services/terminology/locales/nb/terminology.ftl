# The list and search
terminology-systems = Kodeverk
terminology-lead = Kodeverkene sier hva kodene i helsedata betyr. Her finner du dem år for år, hva som er endret, og hvordan kodene henger sammen.
terminology-search-all = Søk etter kode eller ord i alle kodeverk
terminology-search-here = Søk etter kode eller ord her
terminology-search = Søk
terminology-hits = Treff
terminology-hits-of = Viser { $shown } av { $total } treff
terminology-rows-of = Viser { $first }–{ $last } av { $total } på øverste nivå
terminology-none = Ingen treff
terminology-none-text = Prøv begynnelsen av koden eller ordet, eller færre ord.
terminology-show-all = Vis alle kodeverk
terminology-show-codes = Vis alle kodene
terminology-no-systems = Ingen kodeverk ennå
terminology-no-systems-text = Når noen har lagt inn et kodeverk og en annen har satt det i kraft, står det her.
terminology-kind-code_system = Kodeverk
terminology-kind-concept_map = Koblinger mellom kodeverk
terminology-kind-value_set = Verdisett
terminology-card-system = Utgave { $version } · { $size } koder · { $editions } i kraft
terminology-card-map = Utgave { $version } · { $size } koblinger · { $editions } i kraft
terminology-card-set = Utgave { $version }
terminology-waiting = En utgave venter

# A code system
terminology-in-edition = Utgave { $version }
terminology-codes = Koder
terminology-below = ({ $count } under)
terminology-pages = Sider
terminology-page-previous = Forrige side
terminology-page-next = Neste side
terminology-editions = Utgaver
terminology-column-version = Utgave
terminology-column-valid = Gjelder
terminology-column-size = Koder
terminology-column-status = Status
terminology-column-changes = Endringer
terminology-see-changes = Se endringene
terminology-new-edition = Legg inn en ny utgave
terminology-about = Om kodeverket
terminology-from = Fra { $from }
terminology-from-until = { $from } til { $until }
terminology-status-draft = Utkast
terminology-status-published = I kraft
terminology-status-superseded = Avløst
terminology-status-closed = Lukket
terminology-system-clinical = Helsefaglig kodeverk
terminology-system-administrative = Administrativt kodeverk
terminology-system-local = Kodeliste hos én kilde
terminology-fact-kind = Type
terminology-fact-publisher = Utgiver
terminology-fact-url = Adresse (FHIR)
terminology-fact-oid = Objektidentifikator (OID)
terminology-fact-copyright = Vilkår for bruk
terminology-fact-key = Kortnavn

# A code
terminology-tag-inactive = Ute av bruk
terminology-tag-temporary = Midlertidig
terminology-tag-heading = Overskrift
terminology-successors = Bruk i stedet:
terminology-above = Hører under
terminology-below-title = Under denne koden
terminology-more-below = { $count } til. Søk i kodeverket for å finne dem.
terminology-through = Koden i utgavene
terminology-column-text = Tekst
terminology-maps = Koblinger til andre kodeverk
terminology-column-map = Kobling
terminology-column-relation = Forhold
terminology-column-code = Kode
terminology-column-source = Fra kode
terminology-column-decided = Avgjort av
terminology-relation-equivalent = Betyr det samme
terminology-relation-narrower = Er snevrere enn
terminology-relation-broader = Er videre enn
terminology-relation-related = Har med hverandre å gjøre
terminology-relation-not-related = Har ikke med hverandre å gjøre
terminology-map-nothing = Har ingen tilsvarende kode
terminology-latin = Latin
terminology-language-unknown = Tekst
terminology-fact-synonyms = Andre ord
terminology-fact-from = Kan brukes fra
terminology-fact-until = Kan brukes til

# What changed
terminology-difference = { $name }: fra { $from } til { $to }
terminology-difference-lead = { $added } nye koder, { $removed } borte, { $other } andre endringer.
terminology-difference-added = Nye koder ({ $count })
terminology-difference-removed = Borte ({ $count })
terminology-difference-renamed = Ny tekst ({ $count })
terminology-difference-moved = Flyttet ({ $count })
terminology-difference-retired = Tatt ut av bruk ({ $count })
terminology-difference-revived = Tatt i bruk igjen ({ $count })
terminology-replaced-by = bruk i stedet { $codes }
terminology-was-called = het «{ $text }»
terminology-moved-from = fra { $from } til { $to }
terminology-the-top = øverst
terminology-more = { $count } til. Alle er med når du henter endringene som JSON.
terminology-same = Ingen endringer
terminology-same-text = Kodene er de samme i begge utgavene.
terminology-as-json = Hent endringene som JSON

# An edition
terminology-edition = { $name }, utgave { $version }
terminology-fact-valid = Gjelder
terminology-fact-size = Koder eller koblinger
terminology-fact-imported = Lagt inn
terminology-fact-published = Satt i kraft
terminology-fact-loss = Hvorfor så mange koder er borte
terminology-fact-digest = Fingeravtrykk
terminology-changes = Mot utgave { $version }: { $added } nye, { $removed } borte, { $renamed } med ny tekst, { $moved } flyttet.
terminology-publish = Sett i kraft
terminology-close = Lukk utkastet
terminology-publish-hint = Når det kreves to personer, kan ikke den som la inn utgaven, sette den i kraft.
terminology-impact = Hvem utgaven berører
terminology-impact-lead = { $codes } koder er borte, ute av bruk, flyttet eller har ny tekst, og { $added } er nye. Kodeverket brukes her:
terminology-impact-none = Ingen variabler i katalogen bruker dette kodeverket.
terminology-impact-variables = Variabler
terminology-impact-permits = Tillatelser som gjelder
terminology-impact-lists = { $count ->
        [0] Ingen lagrede lister
        [one] Én lagret liste
       *[other] { $count } lagrede lister
    }
terminology-impact-applications = { $count ->
        [0] Ingen åpne søknader
        [one] Én åpen søknad
       *[other] { $count } åpne søknader
    }
terminology-impact-others = { $count ->
        [one] én som du ikke kan se
       *[other] { $count } som du ikke kan se
    }
terminology-extract-none = ikke noe uttrekk
terminology-extract-making = uttrekket er under arbeid
terminology-extract-delivered = uttrekket ligger i prosjektrommet
terminology-remarks = Verdt å se på i filen
terminology-remark-damaged = Bokstaver som var borte før filen kom hit: { $count }. Den første er på linje { $line }.
terminology-remark-without-text = Koder uten tekst i filen: { $count }. Koden står i stedet.
terminology-remark-rubrics = Rubrikker uten termen 0000: { $count }. De heter det samme som sin første term.
terminology-remark-unmapped = { $place } blir verken fulgt eller tatt vare på.
terminology-remark-expansion = Verdisettet har ingen regler. Listen i filen er brukt.
terminology-mappings = Koblinger
terminology-rules-of-set = Hva som er med
terminology-rule-all = alle koder
terminology-rule-include = Med: { $system } ({ $what })
terminology-rule-exclude = Ikke med: { $system } ({ $what })
terminology-as-fhir = Hent som FHIR
terminology-rules = Regler
terminology-eyes = Hvor mange må til for å sette en utgave i kraft?
terminology-eyes-2 = To personer: én legger inn, en annen setter i kraft
terminology-eyes-1 = Én person
terminology-loss-percent = Hvor mange prosent av kodene kan forsvinne uten at vi spør?
terminology-loss-percent-hint = Et tall fra 0 til 100. Vanligvis 10.
terminology-save = Lagre
terminology-error-rules = Velg én eller to personer, og skriv et tall fra 0 til 100.

# A file on its way in
terminology-take-in = Legg inn en utgave
terminology-take-in-lead = Filen blir et utkast. Du ser hva som er endret, og en annen setter utgaven i kraft.
terminology-not-steward = Bare for registerforvaltere
terminology-not-steward-text = Logg inn og velg rollen registerforvalter i virksomheten som eier kodeverket.
terminology-faults = Filen kan ikke legges inn
terminology-file = Fil
terminology-file-hint = SAS-format, CSV, ICPC-2B eller FHIR som JSON. Høyst 64 MiB.
terminology-field-key = Kortnavn på kodeverket
terminology-field-key-hint = Små bokstaver og tall, for eksempel icd10. Dette navnet står i kodebøkene.
terminology-field-version = Utgave
terminology-field-version-hint = For eksempel et år. Står det i filen, kan feltet være tomt.
terminology-field-from = Gjelder fra
terminology-field-from-hint = Er utgaven et år, gjelder den fra 1. januar når feltet er tomt.
terminology-field-until = Gjelder til og med
terminology-field-prefix = Lag nivåer av kodene
terminology-field-prefix-hint = Hver kode havner under den lengste koden den begynner med. Bruk dette når filen ikke har nivåer.
terminology-field-part = Filen har bare noen av kodene
terminology-field-part-hint = Da sier vi ikke at en kode er feil bare fordi den ikke står her.
terminology-field-reason = Hvorfor er det riktig at kodene er borte?
terminology-field-reason-hint = Velg filen en gang til. Grunnen følger utgaven.
terminology-new-system = Om kodeverket
terminology-field-title = Navn på bokmål
terminology-field-title-nn = Navn på nynorsk
terminology-field-title-en = Navn på engelsk
terminology-field-oid-hint = For eksempel 2.16.578.1.12.4.1.1.7110
terminology-field-url-hint = Kan være tom når kodeverket har en objektidentifikator.
terminology-field-copyright-hint = Hvem som skal nevnes, og på hvilke vilkår tekstene kan brukes.
terminology-send = Legg inn som utkast
terminology-cancel = Avbryt
terminology-loss-title = Er filen hel?
terminology-loss = { $lost } av { $of } koder i utgave { $version } finnes ikke i filen, som har { $now } koder. Det er { $percent } prosent, og grensen er { $limit }. Ingenting er lagt inn.
terminology-loss-examples = Blant dem som ville bli borte:
terminology-error-reason = Skriv hvorfor, og velg filen en gang til. Er filen ikke hel, så skaff en som er det.
terminology-error-file = Filen kan ikke legges inn. Se hva som er galt, og velg filen på nytt.
terminology-error-field = Dette må fylles ut eller rettes. Velg filen på nytt.
terminology-error-date = Skriv en dato som finnes, som ÅÅÅÅ-MM-DD.
terminology-error-key = Bruk små bokstaver a–z, tall, - og _.
terminology-error-url-taken = Adressen hører til noe annet.
terminology-error-key-taken = Kortnavnet hører til et kodeverk med en annen adresse.

# What is wrong with a file
terminology-fault-empty = Filen er tom, eller ingen fil er valgt.
terminology-fault-too-large = Filen er større enn 64 MiB.
terminology-fault-no-key = Skriv et kortnavn på kodeverket.
terminology-fault-no-url = Skriv adressen eller objektidentifikatoren.
terminology-fault-no-title = Skriv hva kodeverket heter.
terminology-fault-no-version = Skriv hvilken utgave det er.
terminology-fault-no-from = Skriv hvilken dag utgaven gjelder fra.
terminology-fault-bad-version = Utgaven kan ha høyst 60 tegn, og ikke tegnet |.
terminology-fault-period = Siste dag er før første dag.
terminology-fault-long-key = Kortnavnet er for langt: koblingen får det også, med -icd10 bak.
terminology-fault-sas-no-format = Linje { $line }: filen har ingen value-setning.
terminology-fault-sas-no-name = Linje { $line }: value-setningen har ikke noe navn.
terminology-fault-sas-unclosed = Linje { $line }: et anførselstegn er ikke lukket.
terminology-fault-sas-comment = Linje { $line }: en kommentar er ikke lukket.
terminology-fault-sas-range = Linje { $line }: et område fra–til er ikke en kode.
terminology-fault-sas-no-text = Linje { $line }: koden har ingen tekst i anførselstegn.
terminology-fault-sas-unexpected = Linje { $line }: her skal det stå en kode, = og en tekst, og ; etter den siste.
terminology-fault-several = Filen har flere formater ({ $names }). Lag én fil av hvert.
terminology-fault-column = Kolonnen { $column } er ukjent. Er den en egenskap ved kodene, så skriv property:{ $column }.
terminology-fault-column-twice = Kolonnen { $column } står to ganger.
terminology-fault-column-missing = Kolonnen { $column } mangler.
terminology-fault-columns-needed = Filen må ha en kolonne kode og en kolonne navn.
terminology-fault-row = Linje { $line }: raden har et annet antall felt enn overskriften, eller anførselstegnene er gale.
terminology-fault-date = Linje { $line }, kolonne { $column }: skriv en dato som 2017-01-31.
terminology-fault-flag = Linje { $line }, kolonne { $column }: skriv ja eller nei.
terminology-fault-json = Linje { $line }, tegn { $column }: dette er ikke JSON.
terminology-fault-resource = Filen har «{ $found }». Den skal ha en CodeSystem, ConceptMap eller ValueSet.
terminology-fault-place = { $place } mangler eller har feil form.
terminology-fault-supplement = Filen er et tillegg til et kodeverk, ikke en utgave av det.
terminology-fault-not-present = Kodeverket kommer uten kodene sine (content = not-present).
terminology-fault-no-rules = Verdisettet har verken regler eller en ferdig liste.
terminology-fault-no-codes = Filen har ingen koder.
terminology-fault-code = Kode nummer { $position } er tom, lengre enn 200 byte eller har merkelige mellomrom.
terminology-fault-no-text = { $code } har ingen tekst.
terminology-fault-twice = { $code } står flere ganger.
terminology-fault-no-parent = { $code } hører under { $parent }, som ikke finnes.
terminology-fault-circle = { $code } står under seg selv.
terminology-fault-code-period = { $code } slutter å gjelde før den begynner.

# Problems
problem-terminology-import = Filen kan ikke legges inn
problem-terminology-loss = Utgaven mister mange koder
problem-terminology-url_taken = Adressen hører til noe annet
problem-terminology-key_taken = Kortnavnet er i bruk
problem-terminology-not_found = Vi finner ikke koden eller utgaven
problem-terminology-not_comparable = Dette kan ikke sammenlignes
problem-terminology-not_a_draft = Utgaven er ikke et utkast lenger
problem-terminology-bad_rules = Reglene kan ikke være slik
problem-terminology-neighbour = En annen del av Varde svarer ikke
problem-terminology-stored = Vi kan ikke lese noe av det vi har lagret
