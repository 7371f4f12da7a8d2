namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The tables, as the steps that made them: a file of any earlier version is brought up to date by the steps that it lacks.</summary>
internal static class SqliteSchema
{
    /// <summary>Step <c>n</c> turns version <c>n</c> into version <c>n + 1</c>. A step that was released never changes.
    /// Each ends by saying so.</summary>
    public static readonly IReadOnlyList<string> Steps = [First, Second, Third, SqliteShipmentSchema.Step, SqliteDeviceSchema.Step, Sixth];

    private const string FirstUsage = """
        request_id TEXT NOT NULL PRIMARY KEY, upstream_request_id TEXT, device_id TEXT NOT NULL, user_id TEXT, org_id TEXT,
        session_id TEXT NOT NULL, client_session_id TEXT, client_agent_id TEXT, route TEXT NOT NULL, stream INTEGER NOT NULL,
        model_asked TEXT, model_answered TEXT, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
        cache_creation_input_tokens INTEGER NOT NULL, cache_read_input_tokens INTEGER NOT NULL, usage TEXT NOT NULL,
        quality TEXT NOT NULL, cost_nano_usd INTEGER NOT NULL, price_version TEXT NOT NULL, unpriced INTEGER NOT NULL,
        status INTEGER NOT NULL, upstream_status INTEGER, ending TEXT NOT NULL, fault TEXT NOT NULL, error_type TEXT,
        stop_reason TEXT, key_fingerprint TEXT, started_at INTEGER NOT NULL, first_byte_us INTEGER, latency_us INTEGER NOT NULL,
        request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL
        """;

    private const string First = $"""
        CREATE TABLE usage ({FirstUsage}) STRICT;
        CREATE TABLE open_exchange ({FirstUsage}) STRICT;
        CREATE INDEX usage_by_time ON usage (started_at);
        CREATE INDEX usage_by_device ON usage (device_id, started_at);
        CREATE TABLE ownership (
            kind TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            device_id TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (kind, resource_id)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    /// <summary>What every roll-up sums, and where in a row it comes from. A correction changes the money, never the count.</summary>
    private const string Sums = """
        requests INTEGER NOT NULL, succeeded INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
        cache_creation_input_tokens INTEGER NOT NULL, cache_creation_1h_input_tokens INTEGER NOT NULL, cache_read_input_tokens INTEGER NOT NULL,
        web_search_requests INTEGER NOT NULL, cost_nano_usd INTEGER NOT NULL, latency_us INTEGER NOT NULL
        """;

    private const string SumsOfRow = """
        NEW.kind = 'settled', NEW.kind = 'settled' AND NEW.status BETWEEN 200 AND 299 AND NEW.ending = 'completed', NEW.input_tokens, NEW.output_tokens,
        NEW.cache_creation_input_tokens, NEW.cache_creation_1h_input_tokens, NEW.cache_read_input_tokens,
        NEW.web_search_requests, NEW.cost_nano_usd, iif(NEW.kind = 'settled', NEW.latency_us, 0)
        """;

    private const string AddSums = """
        DO UPDATE SET requests = requests + excluded.requests, succeeded = succeeded + excluded.succeeded,
            input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
            cache_creation_input_tokens = cache_creation_input_tokens + excluded.cache_creation_input_tokens,
            cache_creation_1h_input_tokens = cache_creation_1h_input_tokens + excluded.cache_creation_1h_input_tokens,
            cache_read_input_tokens = cache_read_input_tokens + excluded.cache_read_input_tokens,
            web_search_requests = web_search_requests + excluded.web_search_requests,
            cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd, latency_us = latency_us + excluded.latency_us
        """;

    /// <summary>Rows have a kind and can be corrected; sums are kept by whatever inserts a row; what is to be told outside waits in a table.</summary>
    private const string Second = $"""
        ALTER TABLE usage RENAME TO usage_1;
        DROP INDEX usage_by_time;
        DROP INDEX usage_by_device;
        CREATE TABLE usage ({SecondUsage}, PRIMARY KEY (request_id, kind)) STRICT;
        CREATE INDEX usage_by_time ON usage (started_at);
        CREATE INDEX usage_by_device ON usage (device_id, started_at);
        CREATE INDEX usage_by_user ON usage (user_id, started_at) WHERE user_id IS NOT NULL;
        CREATE INDEX usage_by_client_session ON usage (client_session_id, started_at) WHERE client_session_id IS NOT NULL;

        CREATE TABLE usage_hour (
            hour INTEGER NOT NULL, org_id TEXT NOT NULL, model TEXT NOT NULL, key_fingerprint TEXT NOT NULL, {Sums},
            PRIMARY KEY (hour, org_id, model, key_fingerprint)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE usage_day (
            day INTEGER NOT NULL, device_id TEXT NOT NULL, user_id TEXT NOT NULL, org_id TEXT NOT NULL, model TEXT NOT NULL, {Sums},
            PRIMARY KEY (day, device_id, user_id, org_id, model)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX usage_day_by_device ON usage_day (device_id, day);
        CREATE INDEX usage_day_by_user ON usage_day (user_id, day) WHERE user_id <> '';

        CREATE TRIGGER usage_rolls_up AFTER INSERT ON usage BEGIN
            INSERT INTO usage_hour VALUES (NEW.started_at / 3600000000, COALESCE(NEW.org_id, ''), NEW.model, COALESCE(NEW.key_fingerprint, ''), {SumsOfRow})
                ON CONFLICT (hour, org_id, model, key_fingerprint) {AddSums};
            INSERT INTO usage_day VALUES (NEW.started_at / 86400000000, NEW.device_id, COALESCE(NEW.user_id, ''), COALESCE(NEW.org_id, ''), NEW.model, {SumsOfRow})
                ON CONFLICT (day, device_id, user_id, org_id, model) {AddSums};
        END;

        INSERT INTO usage
            SELECT request_id, 'settled', upstream_request_id, device_id, user_id, org_id, session_id, client_session_id, client_agent_id, NULL,
                route, stream, COALESCE(model_answered, model_asked, 'unknown'), model_asked, model_answered,
                input_tokens, output_tokens, cache_creation_input_tokens, COALESCE(json_extract(usage, '$.cache_creation_1h_input_tokens'), 0),
                cache_read_input_tokens, COALESCE(json_extract(usage, '$.web_search_requests'), 0), usage,
                CASE WHEN unpriced = 1 THEN 'unpriced' WHEN quality IN ('partial', 'unread') THEN 'estimated' ELSE quality END,
                CASE quality WHEN 'partial' THEN ending WHEN 'unread' THEN 'unreadable' END,
                cost_nano_usd, price_version, unpriced, status, upstream_status, ending, NULL, fault, error_type, stop_reason, key_fingerprint,
                started_at, first_byte_us, latency_us, request_bytes, response_bytes
            FROM (SELECT * FROM usage_1 UNION ALL SELECT * FROM open_exchange o WHERE NOT EXISTS (SELECT 1 FROM usage_1 u WHERE u.request_id = o.request_id));
        DROP TABLE usage_1;
        DROP TABLE open_exchange;
        CREATE TABLE open_exchange ({SecondUsage}, PRIMARY KEY (request_id)) STRICT;

        CREATE TABLE outgoing_event (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT;
        CREATE TABLE budget (id TEXT NOT NULL PRIMARY KEY, definition TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
        PRAGMA user_version = 2;
        """;

    private const string SecondUsage = """
        request_id TEXT NOT NULL, kind TEXT NOT NULL, upstream_request_id TEXT, device_id TEXT NOT NULL, user_id TEXT, org_id TEXT,
        session_id TEXT NOT NULL, client_session_id TEXT, client_agent_id TEXT, client_parent_agent_id TEXT, route TEXT NOT NULL,
        stream INTEGER NOT NULL, model TEXT NOT NULL, model_asked TEXT, model_answered TEXT, input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL, cache_creation_input_tokens INTEGER NOT NULL, cache_creation_1h_input_tokens INTEGER NOT NULL,
        cache_read_input_tokens INTEGER NOT NULL, web_search_requests INTEGER NOT NULL, usage TEXT NOT NULL, quality TEXT NOT NULL,
        quality_reason TEXT, cost_nano_usd INTEGER NOT NULL, price_version TEXT NOT NULL, unpriced INTEGER NOT NULL, status INTEGER NOT NULL,
        upstream_status INTEGER, ending TEXT NOT NULL, abort TEXT, fault TEXT NOT NULL, error_type TEXT, stop_reason TEXT,
        key_fingerprint TEXT, started_at INTEGER NOT NULL, first_byte_us INTEGER, latency_us INTEGER NOT NULL,
        request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL
        """;

    /// <summary>What was deleted is told before it is deleted, so that no sum is taken over what isn't there.</summary>
    private const string Third = """
        CREATE TABLE retention (subject TEXT NOT NULL PRIMARY KEY, gone_before INTEGER NOT NULL) STRICT;
        PRAGMA user_version = 3;
        """;

    /// <summary>
    /// Admissions are in the journal, and how far it has been taken over is noted here; what was open is settled on what was known of it.
    /// </summary>
    private const string Sixth = """
        INSERT INTO usage SELECT * FROM open_exchange WHERE true ON CONFLICT (request_id, kind) DO NOTHING;
        DROP TABLE open_exchange;
        CREATE TABLE journal_import (segment INTEGER NOT NULL, byte_offset INTEGER NOT NULL) STRICT;
        INSERT INTO journal_import VALUES (0, 0);
        PRAGMA user_version = 6;
        """;
}
