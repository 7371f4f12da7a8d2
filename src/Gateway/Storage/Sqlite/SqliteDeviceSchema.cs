namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The devices and what was taken back: beside the ledger, so that there is one file to back up.</summary>
internal static class SqliteDeviceSchema
{
    /// <summary>Devices that have called before there was an inventory are in it: their tokens may still be good, and may have to be taken back.</summary>
    public const string Step = """
        CREATE TABLE device (
            id TEXT NOT NULL PRIMARY KEY, name TEXT, platform TEXT, app_version TEXT, app_channel TEXT, user_id TEXT, org_id TEXT,
            state TEXT NOT NULL, state_reason TEXT, state_changed_at INTEGER, enrolled_by TEXT, first_seen_at INTEGER, last_seen_at INTEGER,
            tokens_not_before INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX device_unseen ON device (last_seen_at) WHERE state_changed_at IS NULL;
        CREATE INDEX device_stopped ON device (id) WHERE state <> 'active' OR tokens_not_before IS NOT NULL;
        CREATE TABLE revoked_session (id TEXT NOT NULL PRIMARY KEY, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE revoked_tokens (not_before INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
        INSERT INTO device (id, state, enrolled_by, first_seen_at, last_seen_at)
            SELECT device_id, 'active', 'open', MIN(day) * 86400000000, MAX(day) * 86400000000 FROM usage_day WHERE device_id <> '' GROUP BY device_id;
        PRAGMA user_version = 5;
        """;
}
