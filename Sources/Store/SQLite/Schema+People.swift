// What people need to take part: whom they are wanted by, who is signed in, what happened.
extension Schema {
  static let people = """
    ALTER TABLE conversation ADD COLUMN watch TEXT;
    ALTER TABLE conversation ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
    CREATE INDEX conversation_owner ON conversation(owner, updated_at, id) WHERE merged_into IS NULL;
    CREATE INDEX conversation_person ON conversation(person, updated_at, id)
      WHERE merged_into IS NULL AND person IS NOT NULL;
    ALTER TABLE answer ADD COLUMN previous_watch TEXT;
    ALTER TABLE message ADD COLUMN person TEXT;

    ALTER TABLE escalation ADD COLUMN kind TEXT NOT NULL DEFAULT 'explicit_request';
    ALTER TABLE escalation ADD COLUMN priority INTEGER NOT NULL DEFAULT 3;
    ALTER TABLE escalation ADD COLUMN skills TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE escalation ADD COLUMN call TEXT;
    ALTER TABLE escalation ADD COLUMN evidence TEXT;
    ALTER TABLE escalation ADD COLUMN package TEXT;
    ALTER TABLE escalation ADD COLUMN due_at INTEGER;
    ALTER TABLE escalation ADD COLUMN offered_to TEXT;
    ALTER TABLE escalation ADD COLUMN offer_ends_at INTEGER;
    ALTER TABLE escalation ADD COLUMN claimed_at INTEGER;
    ALTER TABLE escalation ADD COLUMN first_reply_at INTEGER;
    ALTER TABLE escalation ADD COLUMN resolved_at INTEGER;
    ALTER TABLE escalation ADD COLUMN callback_at INTEGER;
    ALTER TABLE escalation ADD COLUMN note TEXT;
    ALTER TABLE escalation ADD COLUMN missed_sla INTEGER NOT NULL DEFAULT 0;
    -- Where customers were put together, each may have had a wish; the one that somebody took, or the oldest, stands.
    UPDATE escalation SET state = 'resolved' WHERE state <> 'resolved' AND EXISTS (SELECT 1 FROM escalation other
      WHERE other.conversation = escalation.conversation AND other.state <> 'resolved'
        AND (other.state <> 'claimed', other.created_at, other.id)
          < (escalation.state <> 'claimed', escalation.created_at, escalation.id));
    -- Nothing was noted of when; what is old enough to be thrown away can be told by when it began.
    UPDATE escalation SET resolved_at = created_at WHERE state = 'resolved';
    UPDATE escalation SET claimed_at = created_at WHERE state = 'claimed';
    CREATE UNIQUE INDEX escalation_open ON escalation(conversation) WHERE state IN ('waiting', 'offered', 'claimed');
    CREATE INDEX escalation_urgency ON escalation(state, priority, created_at, id);
    CREATE INDEX escalation_created ON escalation(created_at);
    CREATE INDEX escalation_due ON escalation(due_at)
      WHERE missed_sla = 0 AND first_reply_at IS NULL AND state IN ('waiting', 'offered', 'claimed');
    CREATE INDEX escalation_person ON escalation(person) WHERE state = 'claimed';
    """

  static let sessions = """
    CREATE TABLE session (
      id TEXT PRIMARY KEY NOT NULL,
      token_digest TEXT NOT NULL UNIQUE,
      person TEXT NOT NULL,
      role TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      address TEXT,
      agent TEXT
    );
    CREATE INDEX session_person ON session(person);
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      who TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT,
      detail TEXT,
      address TEXT
    );
    CREATE INDEX audit_at ON audit(at);
    """

  static let events = """
    CREATE TABLE event (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      type TEXT NOT NULL,
      at INTEGER NOT NULL,
      conversation TEXT,
      call TEXT,
      data TEXT NOT NULL
    );
    CREATE INDEX event_at ON event(at);
    CREATE TABLE webhook (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      endpoint TEXT NOT NULL,
      event TEXT NOT NULL,
      body TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      last_status INTEGER,
      last_error TEXT,
      created_at INTEGER NOT NULL,
      delivered_at INTEGER,
      UNIQUE (endpoint, event)
    );
    CREATE INDEX webhook_due ON webhook(endpoint, due_at, position) WHERE state = 'pending';
    CREATE INDEX webhook_dead ON webhook(position) WHERE state = 'dead';
    CREATE INDEX webhook_done ON webhook(created_at) WHERE state <> 'pending';
    """

  static let recordings = """
    ALTER TABLE call ADD COLUMN recording TEXT;
    ALTER TABLE call ADD COLUMN recording_seconds REAL;
    CREATE INDEX call_started ON call(started_at);
    CREATE INDEX call_ended ON call(ended_at) WHERE ended_at IS NOT NULL;
    CREATE TABLE turn (
      call TEXT NOT NULL,
      turn INTEGER NOT NULL,
      at INTEGER NOT NULL,
      steps TEXT NOT NULL,
      PRIMARY KEY (call, turn)
    ) WITHOUT ROWID;
    CREATE INDEX turn_at ON turn(at);
    CREATE INDEX message_stored ON message(stored_at);
    CREATE INDEX media_created ON media(created_at);
    """

  /// In which order escalations last changed, so that whoever has seen them once need only see what changed since. Rows
  /// come by themselves with each change; a revision is never given twice, whatever is thrown away.
  static let escalationChanges = """
    CREATE TABLE escalation_change (
      revision INTEGER PRIMARY KEY AUTOINCREMENT,
      escalation TEXT NOT NULL UNIQUE
    );
    CREATE TRIGGER escalation_made AFTER INSERT ON escalation BEGIN
      INSERT OR REPLACE INTO escalation_change (escalation) VALUES (new.id);
    END;
    CREATE TRIGGER escalation_changed AFTER UPDATE ON escalation BEGIN
      INSERT OR REPLACE INTO escalation_change (escalation) VALUES (new.id);
    END;
    CREATE TRIGGER escalation_forgotten AFTER DELETE ON escalation BEGIN
      DELETE FROM escalation_change WHERE escalation = old.id;
    END;
    """
}
