import GRDB

/// The tables, and how older ones become them. A migration that has been published is never changed.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 conversations") { db in try db.execute(sql: conversations) }
    migrator.registerMigration("1 channels") { db in try db.execute(sql: channels) }
    migrator.registerMigration("1 calls") { db in try db.execute(sql: calls) }
    migrator.registerMigration("1 requests") { db in try db.execute(sql: requests) }
    migrator.registerMigration("2 people") { db in try db.execute(sql: people) }
    migrator.registerMigration("2 sessions") { db in try db.execute(sql: sessions) }
    migrator.registerMigration("2 events") { db in try db.execute(sql: events) }
    migrator.registerMigration("2 recordings") { db in try db.execute(sql: recordings) }
    migrator.registerMigration("3 open calls") { db in
      try db.execute(sql: "CREATE INDEX call_open ON call(id) WHERE ended_at IS NULL")
    }
    migrator.registerMigration("3 escalation changes") { db in try db.execute(sql: escalationChanges) }
    return migrator
  }

  private static let conversations = """
    CREATE TABLE customer (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT,
      created_at INTEGER NOT NULL
    );
    -- A name may pass from one customer to another; `until` says when it was given up.
    CREATE TABLE identity (
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      customer TEXT NOT NULL REFERENCES customer,
      since INTEGER NOT NULL,
      until INTEGER
    );
    CREATE UNIQUE INDEX identity_current ON identity(kind, value) WHERE until IS NULL;
    CREATE INDEX identity_value ON identity(kind, value, since);
    CREATE INDEX identity_customer ON identity(customer);
    CREATE TABLE conversation (
      id TEXT PRIMARY KEY NOT NULL,
      customer TEXT NOT NULL REFERENCES customer,
      owner TEXT NOT NULL DEFAULT 'assistant',
      person TEXT,
      epoch INTEGER NOT NULL DEFAULT 0,
      memory TEXT,
      merged_into TEXT REFERENCES conversation,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX conversation_customer ON conversation(customer) WHERE merged_into IS NULL;
    CREATE INDEX conversation_updated ON conversation(updated_at, id) WHERE merged_into IS NULL;
    CREATE INDEX conversation_merged ON conversation(merged_into) WHERE merged_into IS NOT NULL;
    CREATE TABLE thread (
      conversation TEXT NOT NULL REFERENCES conversation,
      channel TEXT NOT NULL,
      account TEXT NOT NULL,
      phone TEXT,
      user TEXT,
      last_customer_at INTEGER,
      PRIMARY KEY (conversation, channel, account)
    ) WITHOUT ROWID;
    CREATE TABLE message (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      conversation TEXT NOT NULL REFERENCES conversation,
      channel TEXT NOT NULL,
      account TEXT,
      author TEXT NOT NULL,
      kind TEXT NOT NULL,
      text TEXT NOT NULL DEFAULT '',
      detail TEXT,
      media TEXT,
      channel_id TEXT,
      reply_to TEXT,
      call TEXT,
      answer TEXT,
      sent_at INTEGER NOT NULL,
      stored_at INTEGER NOT NULL,
      state TEXT NOT NULL,
      failure TEXT
    );
    CREATE UNIQUE INDEX message_channel ON message(channel, channel_id) WHERE channel_id IS NOT NULL;
    CREATE INDEX message_conversation ON message(conversation, sequence);
    CREATE INDEX message_pending ON message(conversation) WHERE state = 'pending';
    CREATE INDEX message_answer ON message(answer) WHERE answer IS NOT NULL;
    CREATE TABLE message_status (
      message TEXT NOT NULL,
      state TEXT NOT NULL,
      at INTEGER NOT NULL,
      code INTEGER,
      -- Of a message that is sent anew: the id under which it had failed.
      channel_id TEXT,
      PRIMARY KEY (message, state)
    ) WITHOUT ROWID;
    CREATE TABLE escalation (
      id TEXT PRIMARY KEY NOT NULL,
      conversation TEXT NOT NULL REFERENCES conversation,
      reason TEXT NOT NULL,
      channel TEXT NOT NULL,
      state TEXT NOT NULL,
      person TEXT,
      created_at INTEGER NOT NULL
    );
    CREATE INDEX escalation_state ON escalation(state, created_at);
    CREATE INDEX escalation_conversation ON escalation(conversation);
    """

  private static let channels = """
    CREATE TABLE delivery (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      channel TEXT NOT NULL,
      source TEXT NOT NULL,
      body BLOB NOT NULL,
      received_at INTEGER NOT NULL,
      applied_at INTEGER,
      problem TEXT
    );
    CREATE INDEX delivery_open ON delivery(id) WHERE applied_at IS NULL;
    CREATE INDEX delivery_applied ON delivery(applied_at) WHERE applied_at IS NOT NULL AND problem IS NULL;
    -- What became of a message that has not come itself yet; no text if it was taken back.
    CREATE TABLE early_change (
      channel TEXT NOT NULL,
      channel_id TEXT NOT NULL,
      text TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (channel, channel_id)
    ) WITHOUT ROWID;
    CREATE INDEX early_change_at ON early_change(at);
    -- What the last answer of a conversation changed, for as long as it may be taken back.
    CREATE TABLE answer (
      id TEXT PRIMARY KEY NOT NULL,
      conversation TEXT NOT NULL,
      previous_memory TEXT,
      epoch INTEGER NOT NULL
    );
    CREATE INDEX answer_conversation ON answer(conversation);
    CREATE TABLE outbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL UNIQUE,
      conversation TEXT NOT NULL,
      channel TEXT NOT NULL,
      account TEXT NOT NULL,
      phone TEXT,
      user TEXT,
      payload TEXT NOT NULL,
      media TEXT,
      reply_to TEXT,
      answer TEXT,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      due_at INTEGER NOT NULL
    );
    CREATE INDEX outbox_due ON outbox(channel, account, due_at, position) WHERE state IN ('queued', 'uncertain');
    CREATE INDEX outbox_conversation ON outbox(conversation, position);
    CREATE INDEX outbox_sending ON outbox(conversation) WHERE state = 'sending';
    CREATE INDEX outbox_answer ON outbox(answer) WHERE answer IS NOT NULL;
    CREATE TABLE media (
      id TEXT PRIMARY KEY NOT NULL,
      mime_type TEXT NOT NULL,
      name TEXT,
      bytes BLOB NOT NULL,
      created_at INTEGER NOT NULL
    );
    """

  private static let calls = """
    CREATE TABLE call (
      id TEXT PRIMARY KEY NOT NULL,
      conversation TEXT,
      sip_call_id TEXT NOT NULL,
      direction TEXT NOT NULL,
      caller TEXT NOT NULL,
      called TEXT NOT NULL,
      assistant TEXT,
      metadata TEXT,
      started_at INTEGER NOT NULL,
      answered_at INTEGER,
      ended_at INTEGER,
      reason TEXT,
      media TEXT
    );
    CREATE INDEX call_conversation ON call(conversation);
    """

  private static let requests = """
    CREATE TABLE request (
      key TEXT PRIMARY KEY NOT NULL,
      digest TEXT NOT NULL,
      status INTEGER,
      body TEXT,
      at INTEGER NOT NULL
    );
    CREATE INDEX request_at ON request(at);
    """
}
