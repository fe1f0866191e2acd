# The catalogue
onboarding-services = Services
onboarding-services-lead = Here you find services that the organisation can take into use. Whoever leads the organisation orders. A supplier can order when the organisation has delegated that to it.
onboarding-no-services = No services yet
onboarding-no-services-text = When a service can be taken into use, it is listed here.
onboarding-to-services = See the services
onboarding-classes = Information classes
onboarding-classes-text = Choose the smallest class you need. Each class takes a legal basis.
onboarding-about = About the service
onboarding-terms = Terms of use
onboarding-terms-of = Terms of use for { $service }
onboarding-terms-version = Version { $version }, applies from { $date }
onboarding-not-yet = Cannot be ordered yet
onboarding-not-yet-text = The service has no terms of use yet. Ask whoever owns the service.
onboarding-order-it = Order
onboarding-order-of = Order { $service }

# Ordering
onboarding-steps = The steps of the order
onboarding-ordering-fill-in = Fill in
onboarding-ordering-terms = Accept the terms
onboarding-ordering-send = Check and send
onboarding-nobody = You cannot order for anybody
onboarding-nobody-text = Only whoever leads the organisation or manages access there can order. If you are a supplier, the organisation must first delegate the access to you.
onboarding-for-whom = Which organisation is to use the service?
onboarding-which-class = Which information do you need?
onboarding-which-class-hint = Choose the smallest class that will do.
onboarding-which-basis = Which legal basis do you have?
onboarding-basis-fits = For { $classes }
onboarding-need = What will the information be used for?
onboarding-need-hint = Write briefly and in your own words. Do not write about individuals.
onboarding-email = E-mail for the answer
onboarding-email-hint = We write here when the order is decided, and when there are new terms.
onboarding-language = Language of the e-mails
onboarding-save = Save and go on
onboarding-cancel = Cancel
onboarding-change = Change
onboarding-continue = Continue
onboarding-accept = I accept the terms on behalf of { $organisation }
onboarding-accept-now = Accept
onboarding-not-now = Not now
onboarding-send-title = Check and send
onboarding-send-text = { $owner } gets the order and decides it. You get the answer by e-mail.
onboarding-send-now = Send the order
onboarding-power-administrator = administrator
onboarding-power-delegation = on behalf of the organisation, by delegation to { $supplier }
onboarding-role-dagl = general manager
onboarding-role-lede = chair of the board
onboarding-role-innh = proprietor
onboarding-role-other = leader by the register of organisations

# One's orders
onboarding-orders = My orders
onboarding-mine = Orders you can follow
onboarding-none = No orders
onboarding-none-text = You have not ordered anything yet. Find a service and order it.
onboarding-column-service = Service
onboarding-column-organisation = Organisation
onboarding-column-state = Status
onboarding-column-reference = Reference
onboarding-column-when = Last sent or begun
onboarding-path = How far the order has come
onboarding-path-draft = Filled in
onboarding-path-terms_accepted = Terms accepted
onboarding-path-submitted = Sent
onboarding-path-granted = Granted
onboarding-path-key_registered = Key registered
onboarding-path-tested = Connection tested
onboarding-path-live = In use
onboarding-state-draft = Draft
onboarding-state-terms_accepted = Not sent
onboarding-state-submitted = Waits for an answer
onboarding-state-granted = Granted
onboarding-state-key_registered = Key registered
onboarding-state-tested = Connection tested
onboarding-state-live = In use
onboarding-state-refused = Refused
onboarding-state-withdrawn = Withdrawn
onboarding-state-ended = Ended
onboarding-next-draft = The order has not been sent. Read and accept the terms to go on.
onboarding-next-terms_accepted = The terms are accepted. Check the order and send it.
onboarding-next-submitted = Whoever owns the service decides the order. You need not do anything now.
onboarding-next-granted = The service is open. Register a key for the client that will fetch information. Your supplier can do it for you.
onboarding-next-key_registered = The client has a key. Test the connection.
onboarding-next-tested = The connection works. Take the service into use when you are ready.
onboarding-next-live = The service is in use.
onboarding-next-refused = The order is refused. You can change it and send it again.
onboarding-next-withdrawn = The order is withdrawn. Order again if you need the service after all.
onboarding-next-ended = The service is no longer in use, and it is closed to the organisation. Order again to use it again.
onboarding-content = The order
onboarding-fact-reference = Reference
onboarding-fact-organisation = Organisation
onboarding-fact-class = Information class asked for
onboarding-fact-granted = Information class granted
onboarding-fact-basis = Legal basis
onboarding-fact-bases = Legal bases
onboarding-fact-scopes = Opens
onboarding-fact-need = Used for
onboarding-fact-terms = Accepted terms
onboarding-fact-ordered-by = Sent by
onboarding-fact-client = Client
onboarding-fact-contact = E-mail
onboarding-fact-owner = Owner
onboarding-fact-ask = Questions
onboarding-contact = { $email } ({ $language })
onboarding-said-terms = Version { $version }
onboarding-mails = E-mail
onboarding-no-mails = No e-mail has been sent about the order yet.
onboarding-no-mail-here = This installation sends no e-mail. Follow this page instead.
onboarding-mail-failed = The e-mail did not arrive
onboarding-mail-failed-text = The mail server did not take the last e-mail. See whether the address is right.
onboarding-mail-kind-received = Confirmation that the order is received
onboarding-mail-kind-granted = Answer: granted
onboarding-mail-kind-refused = Answer: refused
onboarding-mail-kind-ended = Confirmation that the use has ended
onboarding-mail-kind-terms = New terms
onboarding-mail-kind-reminder = Reminder of new terms
onboarding-mail-kind-lapsed = Message that the service is closed
onboarding-mail-kind-waiting = Message to the owner
onboarding-mail-fate-waits = To be sent
onboarding-mail-fate-sent = Sent
onboarding-mail-fate-failed = Did not arrive
onboarding-events = What has happened
onboarding-event-begun = The order was begun
onboarding-event-changed = The order was changed
onboarding-event-terms_accepted = The terms were accepted
onboarding-event-submitted = The order was sent
onboarding-event-withdrawn = The order was withdrawn
onboarding-event-granted = The order was granted
onboarding-event-refused = The order was refused
onboarding-event-reopened = The order was opened again
onboarding-event-key_registered = A key was registered
onboarding-event-tested = The connection was tested
onboarding-event-live = The service was taken into use
onboarding-event-ended = The use was ended
onboarding-reopen = Change and send again
onboarding-to-clients = Go to the clients
onboarding-go-live = Take the service into use
onboarding-withdraw = Withdraw the order
onboarding-withdraw-text = The order will not be decided. You can order again later.
onboarding-withdraw-now = Withdraw the order now
onboarding-end = End the use
onboarding-end-text = The service is closed to the organisation at once. Systems that use it stop working. This cannot be undone, but you can order again.
onboarding-end-now = End it now
onboarding-terms-again = New terms
onboarding-terms-again-text = There are new terms of use. Accept them before { $date }, or the service is closed to the organisation.
onboarding-terms-lapsed = The service is closed
onboarding-terms-lapsed-text = The new terms of use apply, and they have not been accepted. The service opens again as soon as you accept.
onboarding-read-and-accept = Read and accept

# The owner's desk
onboarding-desk = Orders to decide
onboarding-desk-none = No orders wait
onboarding-desk-none-text = When somebody orders a service that you own, it is listed here.
onboarding-desk-waiting = Waiting for an answer
onboarding-desk-others = Other orders
onboarding-decide = Decide the order
onboarding-answer = Answer
onboarding-answer-grant = Grant: { $class }
onboarding-answer-asked = This is the class that was ordered
onboarding-answer-other = Another class than was ordered. Write why.
onboarding-answer-refuse = Refuse
onboarding-answer-refuse-hint = Write why, and what it would take.
onboarding-reason = Reason
onboarding-reason-hint = Whoever ordered gets it by e-mail. Do not write about individuals.
onboarding-decide-now = Send the answer
onboarding-not-yours = You cannot decide this order. Another handler at the service's owner must do it.

# The demo's mailbox
onboarding-mailbox = Mailbox
onboarding-mailbox-lead = In a demonstration no e-mail goes out. It ends up here, and everybody can read it.
onboarding-mailbox-none = No e-mail
onboarding-mailbox-none-text = Order a service, and the confirmation comes here.
onboarding-mailbox-to = To { $address }, { $date }

# E-mail
onboarding-mail-sender = Regards, Varde. You cannot answer this e-mail.
onboarding-mail-reason =
    Reason:

    { $reason }
onboarding-mail-received-subject = We have received the order of { $service } ({ $reference })
onboarding-mail-received-body =
    The order of { $service } for { $organisation } has been received. It is for { $class }.

    Whoever owns the service decides it. We write to you again when that is done.

    Follow the order: { $link }
onboarding-mail-waiting-subject = An order of { $service } waits ({ $reference })
onboarding-mail-waiting-body =
    { $organisation } has ordered { $service }: { $class }.

    Decide the order: { $link }
onboarding-mail-granted-subject = Access to { $service } is granted ({ $reference })
onboarding-mail-granted-body =
    { $organisation } has been given access to { $service }: { $class }.

    { $reason }

    The next step is to register a key for the client and to test the connection. Your supplier can do it for you.

    See the order: { $link }
onboarding-mail-refused-subject = The order of { $service } is refused ({ $reference })
onboarding-mail-refused-body =
    { $organisation } has not been given access to { $service }.

    { $reason }

    You can change the order and send it again: { $link }
onboarding-mail-ended-subject = The use of { $service } has ended ({ $reference })
onboarding-mail-ended-body =
    { $organisation } no longer uses { $service }. The service is closed to the organisation.

    See the order: { $link }
onboarding-mail-terms-subject = New terms of use for { $service }
onboarding-mail-terms-body =
    { $service } gets new terms of use. They apply from { $date }.

    Accept them before that on behalf of { $organisation }. Otherwise the service is closed to the organisation.

    Read and accept: { $link }
onboarding-mail-reminder-subject = Accept new terms of use for { $service }
onboarding-mail-reminder-body =
    { $organisation } has not accepted the new terms of use for { $service }. { $days ->
        [one] There is one day left.
       *[other] There are { $days } days left.
    }

    From { $date } the service is closed to the organisation until the terms are accepted.

    Read and accept: { $link }
onboarding-mail-lapsed-subject = { $service } is closed to { $organisation }
onboarding-mail-lapsed-body =
    The new terms of use for { $service } apply from { $date }, and they have not been accepted. The service is closed to { $organisation }.

    It opens again as soon as you accept: { $link }

# What is wrong
onboarding-error-class = Choose an information class.
onboarding-error-basis = Choose a legal basis that goes with the class you have chosen.
onboarding-error-need = Write what the information will be used for.
onboarding-error-long = The text is too long. Write at most 2000 characters.
onboarding-error-number = The text has a national identity number or the like. Take it out: the text is sent by e-mail.
onboarding-error-reason = Write a reason.
onboarding-error-organisation = Choose an organisation.
onboarding-error-already = The organisation already has an order of this service. Find it among My orders.
onboarding-error-changed = Somebody else has changed the order meanwhile. Load the page again and check it.
onboarding-error-email = Write an e-mail address, such as name@example.org.
onboarding-error-language = Choose a language.
onboarding-error-accept = Tick the box to accept the terms.
onboarding-error-newer = There is a newer version of the terms. Read it and accept again.
onboarding-error-answer = Choose an answer.
onboarding-flaw-reserved = The service cannot be called that. Choose another name.
onboarding-flaw-text = Write the text in bokmål, nynorsk and English.
onboarding-flaw-audiences = Name one or more APIs, without spaces and slashes.
onboarding-flaw-taken = The API belongs to another service.
onboarding-flaw-notice = The notice must be from 1 to 365 days.
onboarding-flaw-no_class = The service must have one or more information classes.
onboarding-flaw-twice = The class stands twice.
onboarding-flaw-bases = Name one or more legal bases with law and section.
onboarding-flaw-scopes = Name one or more scopes of the service's own APIs.
onboarding-flaw-owner = The register of organisations has no main unit with the owner's number.
onboarding-terms-text = Write the terms in bokmål, nynorsk and English.
onboarding-terms-notice = The terms must be published earlier, so that organisations have time to accept them.
onboarding-terms-order = The terms must apply from a later day than the version before.

# Problems
problem-onboarding-flawed = The service cannot be registered like that. See what is wrong.
problem-onboarding-taken = The API belongs to another service.
problem-onboarding-no_such_owner = We cannot find the organisation that is to own the service.
problem-onboarding-not_publishable = The terms cannot be published like that. See what is wrong.
problem-onboarding-no_such_service = We cannot find the service.
problem-onboarding-no_such_terms = We cannot find that version of the terms.
problem-onboarding-not_found = We cannot find the order.
problem-onboarding-no_mandate = You cannot act for this organisation.
problem-onboarding-no_terms = The service has no terms of use yet. It cannot be ordered.
problem-onboarding-newer_terms = There is a newer version of the terms. Accept that one first.
problem-onboarding-already = The organisation already has an order of this service.
problem-onboarding-not_now = That cannot be done as the order stands now.
problem-onboarding-changed = Somebody else has changed the order meanwhile.
problem-onboarding-invalid = Something is not filled in right.
problem-onboarding-neighbour = A register that we need does not answer. Try again in a while.
problem-onboarding-stored = Something that is stored cannot be read. That is our fault.
