# Looking after descriptions: proposals, review, yearly confirmation.

governance-desk = Looking after the catalogue
governance-desk-lead = Here you see proposals that wait, and sources that must be confirmed each year.
governance-open = Open proposals
governance-open-caption = Proposals that are not decided
governance-open-none = No proposal waits
governance-open-none-text = Begin a proposal by editing a source, a dataset or a variable.
governance-sources = Sources you look after
governance-sources-caption = Sources and when they must be confirmed
governance-sources-none = You look after no source
governance-sources-none-text = Sources that your organisation answers for come here when they are published.
governance-column-source = Source
governance-column-confirmed = Last confirmed
governance-column-due = To be confirmed by
governance-column-standing = Status
governance-column-proposal = Proposal
governance-column-by = From
governance-column-when = Time
governance-column-state = Status
governance-never = Never
governance-standing-confirmed = In order
governance-standing-soon = Less than 30 days left
governance-standing-close = Less than 7 days left
governance-standing-overdue = Overdue
governance-state-draft = Draft
governance-state-proposed = Waits for review
governance-state-in_review = In review
governance-state-published = Published
governance-state-rejected = Rejected
governance-state-withdrawn = Withdrawn
governance-who-you = You
governance-who-person = Another person
governance-who-client = The organisation's system
governance-who-system = Operations
governance-origin-dcat = Another catalogue (DCAT)
governance-origin-codebook = Codebook
governance-origin-catalogue = The catalogue's API
governance-origin-explorer = The national variable explorer
governance-origin-edit = Editing
governance-fact-origin = Comes from
governance-fact-proposer = Proposed by
governance-fact-created = Begun
governance-fact-proposed = Sent for review
governance-fact-reviewer = Reviewed by
governance-fact-decided = Decided
governance-fact-reason = Reason
governance-source-title = Looking after
governance-public-page = The source as everybody sees it
governance-confirmation = Yearly confirmation
governance-confirm-text = You confirm that the description of the source is right today (EHDS article 60(3)). The date is shown to everybody.
governance-confirm = Confirm that the description is right
governance-edit = Edit
governance-edit-text = Changes come together in one draft. Nobody sees them until the draft is reviewed and published.
governance-edit-source = About the source
governance-history = Proposals over time
governance-history-caption = Everything proposed for the source
governance-history-none = Nothing has been proposed yet.
governance-responsible = Responsibility
governance-responsible-none = Nobody is named.
governance-responsible-name = Name who answers
governance-responsible-place = For what
governance-responsible-role = Role
governance-responsible-unit = Unit
governance-responsible-unit-hint = Such as “Section for registers”.
governance-responsible-contact = Contact
governance-responsible-contact-hint = The unit's e-mail address or web page. Shown to everybody. To an e-mail address we send reminders of the yearly confirmation.
governance-role-owner = Owner
governance-role-steward = Steward
governance-setting = How many must agree?
governance-setting-choose = Choose
governance-setting-reason = Why
governance-setting-reason-hint = The reason stays on the log.
governance-approval-people_in_two = Two people, except for systems
governance-approval-people_in_two-hint = What one person proposes, another publishes. Your own systems and operations publish what they bring.
governance-approval-always_two = Always two
governance-approval-always_two-hint = What systems bring must be approved by a person too.
governance-approval-one_enough = One is enough
governance-approval-one_enough-hint = Whoever proposes may publish with a reason.
governance-save = Save
governance-back = Back
governance-edit-title = Edit
governance-edit-lead = What you change here goes into the source's draft.
governance-edit-save = Put in the draft
governance-draft-open = There is a draft. The fields show it.
governance-draft-title = Untitled draft
governance-bulk = Change all variables at once
governance-bulk-text = The value is set on all variables of the dataset and goes into the same draft.
governance-bulk-field = Field
governance-bulk-value = New value
governance-bulk-value-hint = An empty value takes the field away. Dates are written YYYY-MM-DD.
governance-bulk-save = Put in the draft
governance-field-name-nb = Name in Norwegian Bokmål
governance-field-name-nn = Name in Norwegian Nynorsk
governance-field-name-en = Name in English
governance-field-description-nb = Description in Norwegian Bokmål
governance-field-description-nn = Description in Norwegian Nynorsk
governance-field-description-en = Description in English
governance-field-valid_from = Valid from
governance-field-valid_until = Valid until
governance-field-legal_basis = Legislation
governance-field-controller = Data controller
governance-field-processor = Data processor
governance-field-identification = Personal identification
governance-field-kind = Kind of source
governance-field-law = Legal basis
governance-field-rules = Rules between variables
governance-field-code_system = Code system
governance-change-field = { $field } changed from “{ $from }” to “{ $to }”
governance-difference-nodes = The source and its datasets
governance-first-edition = The source is new in the catalogue:
governance-propose = Ask for review
governance-propose-title = What the proposal is about
governance-propose-hint = Short, so that the reviewer understands why.
governance-propose-send = Send for review
governance-take-up = Begin the review
governance-needs-another = Somebody else than the proposer must approve.
governance-approve = Publish
governance-approve-text = What is proposed becomes the current description for everybody.
governance-approve-reason = Reason
governance-approve-send = Publish the proposal
governance-reject = Reject
governance-reject-text = The current description stays. The proposal can still be read, with the reason.
governance-reject-send = Reject the proposal
governance-reason = Reason
governance-comments = Comments
governance-comments-none = Nobody has commented.
governance-comment-resolved = Resolved
governance-comment-resolve = Mark as resolved
governance-comment-answer = Answer
governance-comment-answer-send = Send answer
governance-comment-new = Write a comment
governance-comment-place = What it is about
governance-comment-body = Comment
governance-comment-send = Add comment
governance-withdraw = Withdraw the proposal
governance-withdraw-text = The proposal is closed and changes nothing.
governance-withdraw-send = Withdraw the proposal
governance-error-text = Write between 1 and 2000 characters.
governance-error-choose = Choose something from the list.
governance-error-nothing = You have not changed anything.
governance-cite = How to cite this edition
governance-cited-same = This is the edition that the address cites.
governance-cited-other = The address cites another edition than the one that held on this day.
governance-look-after = Look after the source
governance-mail-subject = Confirm the description of { $source }
governance-mail-body =
    The description of { $source } in the catalogue must be confirmed by { $date }.

    Read through it, correct what is wrong, and confirm that it is right:
    { $link }

    Whoever answers for a data source shall check its description at least once a year (EHDS article 60(3)).
governance-mail-overdue =
    The description of { $source } in the catalogue should have been confirmed by { $date }. Everybody can see that the day has passed.

    Read through it, correct what is wrong, and confirm that it is right:
    { $link }

metadata-error-text = Write between 1 and 2000 characters.
metadata-edit-path = This part is no longer in the source.
metadata-edit-field = There is no such field.
metadata-edit-name = The name in Bokmål cannot be empty.
metadata-edit-day = Write a date such as 2026-01-31.
metadata-edit-order = The last day cannot be before the first.
metadata-property-number = Write a number.
metadata-property-date = Write a date such as 2026-01-31.
metadata-property-boolean = Write true or false.
metadata-property-url = Write a whole web address, such as https://example.no.
metadata-property-email = Write an e-mail address.
metadata-property-option = Choose among the values there are.
metadata-property-languages = Write the texts as JSON, such as {"{"}"nb": "Text"{"}"}.

problem-metadata-wrong_payload = The files cannot be read as answers of the variable explorer. See which file and where in the message.
problem-metadata-nothing_to_import = The files hold nothing of the variable explorer.
problem-metadata-needs_another = Somebody else than the proposer must approve. Ask a colleague to look at the proposal.
problem-metadata-closed_proposal = The proposal is too far on its way for this. Reload the page to see where it stands.
problem-metadata-nothing_proposed = The draft changes nothing. Edit something first.
problem-metadata-wrong_edit = A change does not fit any more. See which field it is, and edit it again.
problem-metadata-no_edits = Choose at least one field to change, and no more than 20,000 at once.
problem-metadata-wrong_text = Write between 1 and 2000 characters.
governance-abroad-none = Nothing is lacking
governance-abroad-count = { $breaches ->
    [0] { $others } { $others ->
        [one] piece of advice
       *[other] pieces of advice
    }
    [one] One mandatory thing is lacking
   *[other] { $breaches } mandatory things are lacking
}
governance-abroad-show = See what is demanded
governance-abroad-acknowledge = The description lacks something that is mandatory in other catalogues. Say why it can be published all the same.
governance-weight-breach = Mandatory
governance-weight-advice = Should be mended
governance-weight-note = For information
governance-error-acknowledge = Say why the description can be published although it lacks something mandatory.
governance-harvests = Catalogues that are harvested
