# The list and search
terminology-systems = Code systems
terminology-lead = Code systems say what the codes in health data mean. Find them here year by year, what has changed, and how the codes are connected.
terminology-search-all = Search for a code or words in all code systems
terminology-search-here = Search for a code or words here
terminology-search = Search
terminology-hits = Hits
terminology-hits-of = Showing { $shown } of { $total } hits
terminology-rows-of = Showing { $first }–{ $last } of { $total } at the top level
terminology-none = No hits
terminology-none-text = Try the beginning of the code or word, or fewer words.
terminology-show-all = Show all code systems
terminology-show-codes = Show all codes
terminology-no-systems = No code systems yet
terminology-no-systems-text = When somebody has imported a code system and somebody else has put it in force, it is here.
terminology-kind-code_system = Code systems
terminology-kind-concept_map = Maps between code systems
terminology-kind-value_set = Value sets
terminology-card-system = Edition { $version } · { $size } codes · { $editions } in force
terminology-card-map = Edition { $version } · { $size } mappings · { $editions } in force
terminology-card-set = Edition { $version }
terminology-waiting = An edition is waiting

# A code system
terminology-in-edition = Edition { $version }
terminology-codes = Codes
terminology-below = ({ $count } below)
terminology-pages = Pages
terminology-page-previous = Previous page
terminology-page-next = Next page
terminology-editions = Editions
terminology-column-version = Edition
terminology-column-valid = Valid
terminology-column-size = Codes
terminology-column-status = Status
terminology-column-changes = Changes
terminology-see-changes = See the changes
terminology-new-edition = Import a new edition
terminology-about = About the code system
terminology-from = From { $from }
terminology-from-until = { $from } to { $until }
terminology-status-draft = Draft
terminology-status-published = In force
terminology-status-superseded = Superseded
terminology-status-closed = Closed
terminology-system-clinical = Clinical code system
terminology-system-administrative = Administrative code system
terminology-system-local = Code list of one source
terminology-fact-kind = Kind
terminology-fact-publisher = Publisher
terminology-fact-url = Address (FHIR)
terminology-fact-oid = Object identifier (OID)
terminology-fact-copyright = Terms of use
terminology-fact-key = Short name

# A code
terminology-tag-inactive = Out of use
terminology-tag-temporary = Provisional
terminology-tag-heading = Heading
terminology-successors = Use instead:
terminology-above = Belongs below
terminology-below-title = Below this code
terminology-more-below = { $count } more. Search the code system to find them.
terminology-through = The code through the editions
terminology-column-text = Text
terminology-maps = Maps to other code systems
terminology-column-map = Map
terminology-column-relation = Relation
terminology-column-code = Code
terminology-column-source = From code
terminology-column-decided = Decided by
terminology-relation-equivalent = Means the same
terminology-relation-narrower = Is narrower than
terminology-relation-broader = Is broader than
terminology-relation-related = Are related
terminology-relation-not-related = Are not related
terminology-map-nothing = Has no corresponding code
terminology-latin = Latin
terminology-language-unknown = Text
terminology-fact-synonyms = Other words
terminology-fact-from = Can be used from
terminology-fact-until = Can be used until

# What changed
terminology-difference = { $name }: from { $from } to { $to }
terminology-difference-lead = { $added } new codes, { $removed } gone, { $other } other changes.
terminology-difference-added = New codes ({ $count })
terminology-difference-removed = Gone ({ $count })
terminology-difference-renamed = New text ({ $count })
terminology-difference-moved = Moved ({ $count })
terminology-difference-retired = Taken out of use ({ $count })
terminology-difference-revived = Taken into use again ({ $count })
terminology-replaced-by = use { $codes } instead
terminology-was-called = was called “{ $text }”
terminology-moved-from = from { $from } to { $to }
terminology-the-top = the top
terminology-more = { $count } more. All of them are there when you fetch the changes as JSON.
terminology-same = No changes
terminology-same-text = The codes are the same in both editions.
terminology-as-json = Fetch the changes as JSON

# An edition
terminology-edition = { $name }, edition { $version }
terminology-fact-valid = Valid
terminology-fact-size = Codes or mappings
terminology-fact-imported = Imported
terminology-fact-published = Put in force
terminology-fact-loss = Why so many codes are gone
terminology-fact-digest = Digest
terminology-changes = Against edition { $version }: { $added } new, { $removed } gone, { $renamed } with a new text, { $moved } moved.
terminology-publish = Put in force
terminology-close = Close the draft
terminology-publish-hint = Where two persons are needed, whoever imported the edition cannot put it in force.
terminology-impact = Whom the edition touches
terminology-impact-lead = { $codes } codes are gone, out of use, moved or have a new text, and { $added } are new. The code system is used here:
terminology-impact-none = No variable of the catalogue uses this code system.
terminology-impact-variables = Variables
terminology-impact-permits = Permits in force
terminology-impact-lists = { $count ->
        [0] No saved lists
        [one] One saved list
       *[other] { $count } saved lists
    }
terminology-impact-applications = { $count ->
        [0] No open applications
        [one] One open application
       *[other] { $count } open applications
    }
terminology-impact-others = { $count ->
        [one] one that you cannot see
       *[other] { $count } that you cannot see
    }
terminology-extract-none = no extract
terminology-extract-making = the extract is being made
terminology-extract-delivered = the extract lies in the project room
terminology-remarks = Worth a look in the file
terminology-remark-damaged = Letters that were lost before the file came here: { $count }. The first is on line { $line }.
terminology-remark-without-text = Codes without a text in the file: { $count }. The code stands for it.
terminology-remark-rubrics = Rubrics without a term 0000: { $count }. They are called what their first term is called.
terminology-remark-unmapped = { $place } is neither followed nor kept.
terminology-remark-expansion = The value set has no rules. The list in the file is used.
terminology-mappings = Mappings
terminology-rules-of-set = What is in it
terminology-rule-all = all codes
terminology-rule-include = In: { $system } ({ $what })
terminology-rule-exclude = Not in: { $system } ({ $what })
terminology-as-fhir = Fetch as FHIR
terminology-rules = Rules
terminology-eyes = How many does it take to put an edition in force?
terminology-eyes-2 = Two persons: one imports, another puts in force
terminology-eyes-1 = One person
terminology-loss-percent = How many per cent of the codes may disappear without a question?
terminology-loss-percent-hint = A number from 0 to 100. Usually 10.
terminology-save = Save
terminology-error-rules = Choose one or two persons, and write a number from 0 to 100.

# A file on its way in
terminology-take-in = Import an edition
terminology-take-in-lead = The file becomes a draft. You see what has changed, and somebody else puts the edition in force.
terminology-not-steward = For stewards only
terminology-not-steward-text = Log in and choose the role of steward at the organisation that owns the code system.
terminology-faults = The file cannot be imported
terminology-file = File
terminology-file-hint = SAS format, CSV, ICPC-2B or FHIR as JSON. At most 64 MiB.
terminology-field-key = Short name of the code system
terminology-field-key-hint = Lower-case letters and digits, such as icd10. Codebooks use this name.
terminology-field-version = Edition
terminology-field-version-hint = Such as a year. Leave empty if the file says so.
terminology-field-from = Valid from
terminology-field-from-hint = An edition that is a year is valid from 1 January when this is empty.
terminology-field-until = Valid until
terminology-field-prefix = Make levels of the codes
terminology-field-prefix-hint = Each code is put below the longest code it begins with. Use this when the file has no levels.
terminology-field-part = The file has only some of the codes
terminology-field-part-hint = Then a code is not called wrong just because it is not here.
terminology-field-reason = Why is it right that the codes are gone?
terminology-field-reason-hint = Choose the file once more. The reason goes with the edition.
terminology-new-system = About the code system
terminology-field-title = Name in bokmål
terminology-field-title-nn = Name in nynorsk
terminology-field-title-en = Name in English
terminology-field-oid-hint = Such as 2.16.578.1.12.4.1.1.7110
terminology-field-url-hint = May be empty when the code system has an object identifier.
terminology-field-copyright-hint = Who is to be named, and on which terms the texts may be used.
terminology-send = Import as draft
terminology-cancel = Cancel
terminology-loss-title = Is the file whole?
terminology-loss = { $lost } of { $of } codes of edition { $version } are not in the file, which has { $now } codes. That is { $percent } per cent, and the limit is { $limit }. Nothing was imported.
terminology-loss-examples = Among those that would be gone:
terminology-error-reason = Say why, and choose the file once more. If the file is not whole, get one that is.
terminology-error-file = The file cannot be imported. See what is wrong, and choose the file again.
terminology-error-field = This must be filled in or corrected. Choose the file again.
terminology-error-date = Write a date that exists, as YYYY-MM-DD.
terminology-error-key = Use lower-case letters a–z, digits, - and _.
terminology-error-url-taken = The address belongs to something else.
terminology-error-key-taken = The short name belongs to a code system with another address.

# What is wrong with a file
terminology-fault-empty = The file is empty, or no file was chosen.
terminology-fault-too-large = The file is larger than 64 MiB.
terminology-fault-no-key = Write a short name of the code system.
terminology-fault-no-url = Write the address or the object identifier.
terminology-fault-no-title = Write what the code system is called.
terminology-fault-no-version = Write which edition it is.
terminology-fault-no-from = Write from which day the edition is valid.
terminology-fault-bad-version = The edition may have at most 60 characters, and not |.
terminology-fault-period = The last day is before the first.
terminology-fault-long-key = The short name is too long: the map gets it too, with -icd10 behind it.
terminology-fault-sas-no-format = Line { $line }: there is no value statement.
terminology-fault-sas-no-name = Line { $line }: the value statement has no name.
terminology-fault-sas-unclosed = Line { $line }: a quote is not closed.
terminology-fault-sas-comment = Line { $line }: a comment is not closed.
terminology-fault-sas-range = Line { $line }: a range from–to is not a code.
terminology-fault-sas-no-text = Line { $line }: the code has no text in quotes.
terminology-fault-sas-unexpected = Line { $line }: a code, = and a text are expected, and ; after the last one.
terminology-fault-several = The file has several formats ({ $names }). Make a file of each.
terminology-fault-column = The column { $column } is not known. If it is a property of the codes, write property:{ $column }.
terminology-fault-column-twice = The column { $column } stands twice.
terminology-fault-column-missing = The column { $column } is missing.
terminology-fault-columns-needed = The file needs a column code and a column display.
terminology-fault-row = Line { $line }: the row has another number of cells than the heading, or its quotes are wrong.
terminology-fault-date = Line { $line }, column { $column }: write a date such as 2017-01-31.
terminology-fault-flag = Line { $line }, column { $column }: write yes or no.
terminology-fault-json = Line { $line }, column { $column }: this is not JSON.
terminology-fault-resource = The file holds “{ $found }”. A CodeSystem, ConceptMap or ValueSet is expected.
terminology-fault-place = { $place } is missing or has the wrong form.
terminology-fault-supplement = The file is a supplement to a code system, not an edition of it.
terminology-fault-not-present = The code system comes without its codes (content = not-present).
terminology-fault-no-rules = The value set has neither rules nor an expansion.
terminology-fault-no-codes = The file has no codes.
terminology-fault-code = Code number { $position } is empty, longer than 200 bytes or has odd white space.
terminology-fault-no-text = { $code } has no text.
terminology-fault-twice = { $code } occurs more than once.
terminology-fault-no-parent = { $code } stands below { $parent }, which is not there.
terminology-fault-circle = { $code } stands below itself.
terminology-fault-code-period = The period of { $code } ends before it begins.

# Problems
problem-terminology-import = The file cannot be imported
problem-terminology-loss = The edition loses many codes
problem-terminology-url_taken = The address belongs to something else
problem-terminology-key_taken = The short name is taken
problem-terminology-not_found = We cannot find the code or edition
problem-terminology-not_comparable = These cannot be compared
problem-terminology-not_a_draft = The edition is not a draft any more
problem-terminology-bad_rules = The rules cannot be like that
problem-terminology-neighbour = Another part of Varde does not answer
problem-terminology-stored = We cannot read something that we have stored
