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
varde-disclosure-stops = The figures may reveal something about single persons. The file cannot leave the room as it is.
varde-disclosure-explain = This may be all right, but the reviewer needs your explanation to judge it.
