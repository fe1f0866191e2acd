# The list and search
terminology-systems = Kodeverk
terminology-lead = Kodeverka seier kva kodane i helsedata tyder. Her finn du dei år for år, kva som er endra, og korleis kodane heng saman.
terminology-search-all = Søk etter kode eller ord i alle kodeverk
terminology-search-here = Søk etter kode eller ord her
terminology-search = Søk
terminology-hits = Treff
terminology-hits-of = Viser { $shown } av { $total } treff
terminology-rows-of = Viser { $first }–{ $last } av { $total } på øvste nivå
terminology-none = Ingen treff
terminology-none-text = Prøv byrjinga av koden eller ordet, eller færre ord.
terminology-show-all = Vis alle kodeverk
terminology-show-codes = Vis alle kodane
terminology-no-systems = Ingen kodeverk enno
terminology-no-systems-text = Når nokon har lagt inn eit kodeverk og ein annan har sett det i kraft, står det her.
terminology-kind-code_system = Kodeverk
terminology-kind-concept_map = Koplingar mellom kodeverk
terminology-kind-value_set = Verdisett
terminology-card-system = Utgåve { $version } · { $size } kodar · { $editions } i kraft
terminology-card-map = Utgåve { $version } · { $size } koplingar · { $editions } i kraft
terminology-card-set = Utgåve { $version }
terminology-waiting = Ei utgåve ventar

# A code system
terminology-in-edition = Utgåve { $version }
terminology-codes = Kodar
terminology-below = ({ $count } under)
terminology-pages = Sider
terminology-page-previous = Førre side
terminology-page-next = Neste side
terminology-editions = Utgåver
terminology-column-version = Utgåve
terminology-column-valid = Gjeld
terminology-column-size = Kodar
terminology-column-status = Status
terminology-column-changes = Endringar
terminology-see-changes = Sjå endringane
terminology-new-edition = Legg inn ei ny utgåve
terminology-about = Om kodeverket
terminology-from = Frå { $from }
terminology-from-until = { $from } til { $until }
terminology-status-draft = Utkast
terminology-status-published = I kraft
terminology-status-superseded = Avløyst
terminology-status-closed = Lukka
terminology-system-clinical = Helsefagleg kodeverk
terminology-system-administrative = Administrativt kodeverk
terminology-system-local = Kodeliste hos éi kjelde
terminology-fact-kind = Type
terminology-fact-publisher = Utgjevar
terminology-fact-url = Adresse (FHIR)
terminology-fact-oid = Objektidentifikator (OID)
terminology-fact-copyright = Vilkår for bruk
terminology-fact-key = Kortnamn

# A code
terminology-tag-inactive = Ute av bruk
terminology-tag-temporary = Mellombels
terminology-tag-heading = Overskrift
terminology-successors = Bruk i staden:
terminology-above = Høyrer under
terminology-below-title = Under denne koden
terminology-more-below = { $count } til. Søk i kodeverket for å finne dei.
terminology-through = Koden i utgåvene
terminology-column-text = Tekst
terminology-maps = Koplingar til andre kodeverk
terminology-column-map = Kopling
terminology-column-relation = Forhold
terminology-column-code = Kode
terminology-column-source = Frå kode
terminology-column-decided = Avgjort av
terminology-relation-equivalent = Tyder det same
terminology-relation-narrower = Er smalare enn
terminology-relation-broader = Er vidare enn
terminology-relation-related = Har med kvarandre å gjere
terminology-relation-not-related = Har ikkje med kvarandre å gjere
terminology-map-nothing = Har ingen tilsvarande kode
terminology-latin = Latin
terminology-language-unknown = Tekst
terminology-fact-synonyms = Andre ord
terminology-fact-from = Kan brukast frå
terminology-fact-until = Kan brukast til

# What changed
terminology-difference = { $name }: frå { $from } til { $to }
terminology-difference-lead = { $added } nye kodar, { $removed } borte, { $other } andre endringar.
terminology-difference-added = Nye kodar ({ $count })
terminology-difference-removed = Borte ({ $count })
terminology-difference-renamed = Ny tekst ({ $count })
terminology-difference-moved = Flytta ({ $count })
terminology-difference-retired = Teke ut av bruk ({ $count })
terminology-difference-revived = Teke i bruk igjen ({ $count })
terminology-replaced-by = bruk i staden { $codes }
terminology-was-called = heitte «{ $text }»
terminology-moved-from = frå { $from } til { $to }
terminology-the-top = øvst
terminology-more = { $count } til. Alle er med når du hentar endringane som JSON.
terminology-same = Ingen endringar
terminology-same-text = Kodane er dei same i begge utgåvene.
terminology-as-json = Hent endringane som JSON

# An edition
terminology-edition = { $name }, utgåve { $version }
terminology-fact-valid = Gjeld
terminology-fact-size = Kodar eller koplingar
terminology-fact-imported = Lagd inn
terminology-fact-published = Sett i kraft
terminology-fact-loss = Kvifor så mange kodar er borte
terminology-fact-digest = Fingeravtrykk
terminology-changes = Mot utgåve { $version }: { $added } nye, { $removed } borte, { $renamed } med ny tekst, { $moved } flytta.
terminology-publish = Set i kraft
terminology-close = Lukk utkastet
terminology-publish-hint = Når det krevst to personar, kan ikkje den som la inn utgåva, setje ho i kraft.
terminology-impact = Kven utgåva rører ved
terminology-impact-lead = { $codes } kodar er borte, ute av bruk, flytta eller har ny tekst, og { $added } er nye. Kodeverket blir brukt her:
terminology-impact-none = Ingen variablar i katalogen bruker dette kodeverket.
terminology-impact-variables = Variablar
terminology-impact-permits = Løyve som gjeld
terminology-impact-lists = { $count ->
        [0] Ingen lagra lister
        [one] Éi lagra liste
       *[other] { $count } lagra lister
    }
terminology-impact-applications = { $count ->
        [0] Ingen opne søknader
        [one] Éin open søknad
       *[other] { $count } opne søknader
    }
terminology-impact-others = { $count ->
        [one] éin som du ikkje kan sjå
       *[other] { $count } som du ikkje kan sjå
    }
terminology-extract-none = ikkje noko uttrekk
terminology-extract-making = uttrekket er under arbeid
terminology-extract-delivered = uttrekket ligg i prosjektrommet
terminology-remarks = Verdt å sjå på i fila
terminology-remark-damaged = Bokstavar som var borte før fila kom hit: { $count }. Den første er på linje { $line }.
terminology-remark-without-text = Kodar utan tekst i fila: { $count }. Koden står i staden.
terminology-remark-rubrics = Rubrikkar utan termen 0000: { $count }. Dei heiter det same som den første termen sin.
terminology-remark-unmapped = { $place } blir verken følgd eller teken vare på.
terminology-remark-expansion = Verdisettet har ingen reglar. Lista i fila er brukt.
terminology-mappings = Koplingar
terminology-rules-of-set = Kva som er med
terminology-rule-all = alle kodar
terminology-rule-include = Med: { $system } ({ $what })
terminology-rule-exclude = Ikkje med: { $system } ({ $what })
terminology-as-fhir = Hent som FHIR
terminology-rules = Reglar
terminology-eyes = Kor mange må til for å setje ei utgåve i kraft?
terminology-eyes-2 = To personar: éin legg inn, ein annan set i kraft
terminology-eyes-1 = Éin person
terminology-loss-percent = Kor mange prosent av kodane kan forsvinne utan at vi spør?
terminology-loss-percent-hint = Eit tal frå 0 til 100. Vanlegvis 10.
terminology-save = Lagre
terminology-error-rules = Vel éin eller to personar, og skriv eit tal frå 0 til 100.

# A file on its way in
terminology-take-in = Legg inn ei utgåve
terminology-take-in-lead = Fila blir eit utkast. Du ser kva som er endra, og ein annan set utgåva i kraft.
terminology-not-steward = Berre for registerforvaltarar
terminology-not-steward-text = Logg inn og vel rolla registerforvaltar i verksemda som eig kodeverket.
terminology-faults = Fila kan ikkje leggjast inn
terminology-file = Fil
terminology-file-hint = SAS-format, CSV, ICPC-2B eller FHIR som JSON. Høgst 64 MiB.
terminology-field-key = Kortnamn på kodeverket
terminology-field-key-hint = Små bokstavar og tal, til dømes icd10. Dette namnet står i kodebøkene.
terminology-field-version = Utgåve
terminology-field-version-hint = Til dømes eit år. Står det i fila, kan feltet vere tomt.
terminology-field-from = Gjeld frå
terminology-field-from-hint = Er utgåva eit år, gjeld ho frå 1. januar når feltet er tomt.
terminology-field-until = Gjeld til og med
terminology-field-prefix = Lag nivå av kodane
terminology-field-prefix-hint = Kvar kode hamnar under den lengste koden han byrjar med. Bruk dette når fila ikkje har nivå.
terminology-field-part = Fila har berre nokre av kodane
terminology-field-part-hint = Då seier vi ikkje at ein kode er feil berre fordi han ikkje står her.
terminology-field-reason = Kvifor er det rett at kodane er borte?
terminology-field-reason-hint = Vel fila ein gong til. Grunnen følgjer utgåva.
terminology-new-system = Om kodeverket
terminology-field-title = Namn på bokmål
terminology-field-title-nn = Namn på nynorsk
terminology-field-title-en = Namn på engelsk
terminology-field-oid-hint = Til dømes 2.16.578.1.12.4.1.1.7110
terminology-field-url-hint = Kan vere tom når kodeverket har ein objektidentifikator.
terminology-field-copyright-hint = Kven som skal nemnast, og på kva vilkår tekstane kan brukast.
terminology-send = Legg inn som utkast
terminology-cancel = Avbryt
terminology-loss-title = Er fila heil?
terminology-loss = { $lost } av { $of } kodar i utgåve { $version } finst ikkje i fila, som har { $now } kodar. Det er { $percent } prosent, og grensa er { $limit }. Ingenting er lagt inn.
terminology-loss-examples = Mellom dei som ville bli borte:
terminology-error-reason = Skriv kvifor, og vel fila ein gong til. Er fila ikkje heil, så skaff ei som er det.
terminology-error-file = Fila kan ikkje leggjast inn. Sjå kva som er gale, og vel fila på nytt.
terminology-error-field = Dette må fyllast ut eller rettast. Vel fila på nytt.
terminology-error-date = Skriv ein dato som finst, som ÅÅÅÅ-MM-DD.
terminology-error-key = Bruk små bokstavar a–z, tal, - og _.
terminology-error-url-taken = Adressa høyrer til noko anna.
terminology-error-key-taken = Kortnamnet høyrer til eit kodeverk med ei anna adresse.

# What is wrong with a file
terminology-fault-empty = Fila er tom, eller inga fil er vald.
terminology-fault-too-large = Fila er større enn 64 MiB.
terminology-fault-no-key = Skriv eit kortnamn på kodeverket.
terminology-fault-no-url = Skriv adressa eller objektidentifikatoren.
terminology-fault-no-title = Skriv kva kodeverket heiter.
terminology-fault-no-version = Skriv kva utgåve det er.
terminology-fault-no-from = Skriv kva dag utgåva gjeld frå.
terminology-fault-bad-version = Utgåva kan ha høgst 60 teikn, og ikkje teiknet |.
terminology-fault-period = Siste dag er før første dag.
terminology-fault-long-key = Kortnamnet er for langt: koplinga får det òg, med -icd10 bak.
terminology-fault-sas-no-format = Linje { $line }: fila har inga value-setning.
terminology-fault-sas-no-name = Linje { $line }: value-setninga har ikkje noko namn.
terminology-fault-sas-unclosed = Linje { $line }: eit hermeteikn er ikkje lukka.
terminology-fault-sas-comment = Linje { $line }: ein kommentar er ikkje lukka.
terminology-fault-sas-range = Linje { $line }: eit område frå–til er ikkje ein kode.
terminology-fault-sas-no-text = Linje { $line }: koden har ingen tekst i hermeteikn.
terminology-fault-sas-unexpected = Linje { $line }: her skal det stå ein kode, = og ein tekst, og ; etter den siste.
terminology-fault-several = Fila har fleire format ({ $names }). Lag éi fil av kvart.
terminology-fault-column = Kolonnen { $column } er ukjend. Er han ein eigenskap ved kodane, så skriv property:{ $column }.
terminology-fault-column-twice = Kolonnen { $column } står to gonger.
terminology-fault-column-missing = Kolonnen { $column } manglar.
terminology-fault-columns-needed = Fila må ha ein kolonne kode og ein kolonne navn.
terminology-fault-row = Linje { $line }: rada har eit anna tal på felt enn overskrifta, eller hermeteikna er gale.
terminology-fault-date = Linje { $line }, kolonne { $column }: skriv ein dato som 2017-01-31.
terminology-fault-flag = Linje { $line }, kolonne { $column }: skriv ja eller nei.
terminology-fault-json = Linje { $line }, teikn { $column }: dette er ikkje JSON.
terminology-fault-resource = Fila har «{ $found }». Ho skal ha ein CodeSystem, ConceptMap eller ValueSet.
terminology-fault-place = { $place } manglar eller har feil form.
terminology-fault-supplement = Fila er eit tillegg til eit kodeverk, ikkje ei utgåve av det.
terminology-fault-not-present = Kodeverket kjem utan kodane sine (content = not-present).
terminology-fault-no-rules = Verdisettet har verken reglar eller ei ferdig liste.
terminology-fault-no-codes = Fila har ingen kodar.
terminology-fault-code = Kode nummer { $position } er tom, lengre enn 200 byte eller har merkelege mellomrom.
terminology-fault-no-text = { $code } har ingen tekst.
terminology-fault-twice = { $code } står fleire gonger.
terminology-fault-no-parent = { $code } høyrer under { $parent }, som ikkje finst.
terminology-fault-circle = { $code } står under seg sjølv.
terminology-fault-code-period = { $code } sluttar å gjelde før han byrjar.

# Problems
problem-terminology-import = Fila kan ikkje leggjast inn
problem-terminology-loss = Utgåva mistar mange kodar
problem-terminology-url_taken = Adressa høyrer til noko anna
problem-terminology-key_taken = Kortnamnet er i bruk
problem-terminology-not_found = Vi finn ikkje koden eller utgåva
problem-terminology-not_comparable = Dette kan ikkje samanliknast
problem-terminology-not_a_draft = Utgåva er ikkje eit utkast lenger
problem-terminology-bad_rules = Reglane kan ikkje vere slik
problem-terminology-neighbour = Ein annan del av Varde svarer ikkje
problem-terminology-stored = Vi kan ikkje lese noko av det vi har lagra
