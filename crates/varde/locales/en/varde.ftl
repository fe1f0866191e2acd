# Operations
operations-title = Operations
operations-well = All is well
operations-well-text = No job has failed, all events arrive, and project rooms can be opened.
operations-not-well = Something needs help
operations-not-well-text = See below what has stopped, mend the cause, and try again.
operations-failed-jobs = Failed jobs
operations-dead-letters = Events given up
operations-waiting = Events waiting
operations-jobs = Jobs
operations-no-jobs = No jobs are waiting
operations-no-jobs-text = Extracts and imports become jobs. Those that wait, run or have failed are shown here.
operations-open-jobs = Jobs that wait, run or have failed
operations-ended-jobs = Jobs that are done or cancelled
operations-job = Job
operations-state = Status
operations-when = When
operations-actions = Action
operations-progress = Progress
operations-why = Cause:
operations-job-waiting = Waiting
operations-job-running = Running
operations-job-done = Done
operations-job-failed = Failed
operations-job-cancelled = Cancelled
operations-retry = Try again
operations-cancel = Cancel
operations-letters = Events
operations-letters-text = These events did not arrive. Mend the cause, and deliver them again.
operations-no-letters = All events arrive
operations-no-letters-text = An event that cannot be delivered after several attempts is shown here with the cause.
operations-event = Event
operations-failure = Cause
operations-to = to
operations-attempts = { $count ->
    [one] Tried once
   *[other] Tried { $count } times
}
operations-redeliver = Deliver again
operations-log = The log
operations-log-origin = Name
operations-log-size = Entries
operations-log-root = Root
operations-witness = Witness { $name }
operations-cosigned = Signed { $time }
operations-not-cosigned = Has not signed the latest checkpoint
operations-no-witnesses = No witnesses are configured. Ask somebody outside the organisation to run one.
operations-rooms = Project rooms
operations-rooms-open = Can be opened
operations-rooms-closed = Cannot be opened
operations-rooms-own-user = Each room has a system user of its own.
operations-rooms-shared = The rooms share a system user and are kept apart by name spaces.
operations-rooms-limits = Memory, processes and processor time are limited for each room.
operations-rooms-process-limits = Only each process is limited, not the room as a whole.
operations-store = The store
operations-store-here = Releases and deliveries lie in the data directory on this machine.
operations-store-unknown = Not tried yet
operations-store-unknown-text = The store is tried when the service has started. Reload the page in a while.
operations-store-works = Works
operations-store-works-text = Files can be put, read and deleted.
operations-store-fails = Does not work
operations-store-away = The store does not answer. What is being taken in or made waits and is tried again by itself. See whether the network and the store are up.
operations-store-refused = The store does not let us in. See whether the key is right, and whether it may list, put, read and delete.
operations-store-no-bucket = The bucket does not exist. Make it, or correct platform.store in the configuration.
operations-store-unlike = The store does not do as it should. Run varde doctor on the machine.
operations-store-place = Place
operations-store-tried = Last tried
operations-store-deleted = What is deleted
operations-store-deleted-stays = Stays as earlier versions. Let a rule of the bucket's life cycle remove them within a day.
operations-store-deleted-is-gone = Is gone
operations-store-swept = Last swept
operations-store-swept-text = { $removed ->
    [0] { $time }: nothing to remove
    [one] { $time }: one file removed
   *[other] { $time }: { $removed } files removed
}
operations-store-not-swept = Not since the service started. It is done each hour.
operations-store-files = Files in the store
operations-store-files-text = { $files ->
    [one] One file, { $size }
   *[other] { $files } files, { $size }
}
operations-store-releases = All releases
operations-releases = Releases
operations-no-releases = No releases
operations-no-releases-text = The register steward imports data. Then the releases are shown here.
operations-dataset = Dataset
operations-rows = Rows
operations-people = People
operations-release-draft = To be approved
operations-release-held = Held back
operations-release-approved = Approved
operations-release-superseded = Superseded
problem-operations-overtaken = The job or event is no longer as the page showed it. Reload the page and see how it is now.
problem-operations-erase_reason = The reason cannot be used

# The log's key
log-key-title = Check the log yourself
log-key-lead = Everything that is done with health data is entered on a log that cannot be changed unnoticed. You need not trust us: you can check it yourself.
log-key-key = The log's public key
log-key-key-text = With this key you see that a proof comes from the log. Keep it, and compare it with the key that others were given.
log-key-entries = { $count ->
    [one] The log has one entry.
   *[other] The log has { $count } entries.
}
log-key-empty = The log is still empty.
log-key-check = How to check a proof
log-key-check-fetch = Download the proof from My page. It is a file that ends in .tlog-proof.
log-key-check-keep = Get the program varde for your own machine. The check needs no network.
log-key-check-run = Run the command below where the file lies.
log-key-command = Command to check a proof
log-key-check-text = The answer says whether the entry is on the log, whether your list is complete, or whether you were part of an extract. If one character of the file was changed, the program says that it proves nothing.
log-key-witnesses = Witnesses
log-key-witnesses-text = A witness is run by somebody else than us. It remembers the log and signs only when it continues what the witness has seen before. Then we cannot show you another history than we show others.
log-key-no-witnesses = This installation has no witnesses yet.
log-key-programs = For programs
log-key-programs-text = The log follows the open specifications C2SP tlog-tiles, tlog-checkpoint and tlog-proof. Its entries are salted digests and hold no information about persons.
log-key-checkpoint = Latest checkpoint
log-key-json = The key as JSON
log-key-policy = Trust policy for verifiers
log-key-seals = Keys that seal permits
log-key-seals-text = Every permit is sealed with one of these keys. A key that was replaced still verifies what it sealed.
log-key-seal-id = Key
log-key-seal-from = Taken into use
log-key-seal-until = Replaced
log-key-seal-began-before = Before this was recorded
log-key-seal-in-use = In use now
log-key-seals-json = The sealing keys as JSON (JWKS)
varde-disclosure-stops = The figures may reveal something about single persons. The file cannot leave the room as it is.
varde-disclosure-explain = This may be all right, but the reviewer needs your explanation to judge it.
varde-differencing-two_numbers = This group has another number in a table of this project, and the two differ by fewer people than may be shown.
varde-differencing-nested = This group is nearly all of a group in a table of this project: few people are left outside it.
varde-differencing-remainder = The parts of this total that are shown leave fewer people than may be shown: the withheld cells are given away.
varde-differencing-why = Whoever has both tables can subtract one from the other.
varde-differencing-advice = Round both tables to five or ten, use the same people in both, or withhold one more cell. Or explain why nobody can be recognised.
