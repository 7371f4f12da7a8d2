namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>What is to be sent on to the store that gateways share, noted in the transaction that writes it.</summary>
internal static class SqliteShipmentSchema
{
    /// <summary>
    /// A row for each usage row, event and owned thing: waiting while <c>shipped_at</c> is null, unless the store refused it.
    /// Without a store nothing is noted here.
    /// </summary>
    public const string Step = """
        CREATE TABLE shipment (
            seq INTEGER PRIMARY KEY, item TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, noted_at INTEGER NOT NULL,
            shipped_at INTEGER, refused TEXT, UNIQUE (item, id, kind)
        ) STRICT;
        CREATE INDEX shipment_waiting ON shipment (seq, noted_at) WHERE shipped_at IS NULL AND refused IS NULL;
        CREATE INDEX shipment_shipped ON shipment (shipped_at, seq) WHERE shipped_at IS NOT NULL;
        CREATE INDEX shipment_refused ON shipment (seq) WHERE refused IS NOT NULL;
        CREATE TABLE shipped_to (store_id TEXT NOT NULL) STRICT;
        PRAGMA user_version = 4;
        """;

    /// <summary>Whether what is written is noted.</summary>
    public const string IsNoting = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger' AND name = 'usage_is_to_ship'";

    /// <summary>From now on what is written is noted, and so is what was written before.</summary>
    public const string BeginNoting = $"""
        CREATE TRIGGER usage_is_to_ship AFTER INSERT ON usage BEGIN
            INSERT INTO shipment (item, id, kind, noted_at) VALUES ('usage', NEW.request_id, NEW.kind, {Now}) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER outgoing_event_is_to_ship AFTER INSERT ON outgoing_event BEGIN
            INSERT INTO shipment (item, id, kind, noted_at) VALUES ('event', NEW.id, '', {Now}) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER ownership_is_to_ship AFTER INSERT ON ownership BEGIN
            INSERT INTO shipment (item, id, kind, noted_at) VALUES ('ownership', NEW.resource_id, NEW.kind, {Now}) ON CONFLICT DO NOTHING;
        END;
        INSERT OR IGNORE INTO shipment (item, id, kind, noted_at)
            SELECT 'ownership', resource_id, kind, {Now} FROM ownership
            UNION ALL SELECT 'event', id, '', {Now} FROM outgoing_event
            UNION ALL SELECT 'usage', request_id, kind, {Now} FROM usage;
        """;

    /// <summary>What the store refused is tried again at each start: it may have been mended.</summary>
    public const string RetryRefused = "UPDATE shipment SET refused = NULL WHERE refused IS NOT NULL";

    public const string EndNoting = """
        DROP TRIGGER IF EXISTS usage_is_to_ship;
        DROP TRIGGER IF EXISTS outgoing_event_is_to_ship;
        DROP TRIGGER IF EXISTS ownership_is_to_ship;
        """;

    // The trigger has no other clock; it says how long a row waits and nothing else.
    private const string Now = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
}
