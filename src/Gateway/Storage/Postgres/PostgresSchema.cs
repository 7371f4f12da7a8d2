namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// The tables that gateways share, as the steps that made them. Columns and sums are those of the embedded store; a usage
/// row and a sum also say which gateway sent them.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>Step <c>n</c> turns version <c>n</c> into version <c>n + 1</c>. A step that was released never changes.</summary>
    public static readonly IReadOnlyList<string> Steps = [First];

    /// <summary>What tells one store from another, and how old it is.</summary>
    public const string Store = """
        CREATE TABLE IF NOT EXISTS store (id text NOT NULL, version integer NOT NULL);
        INSERT INTO store SELECT gen_random_uuid()::text, 0 WHERE NOT EXISTS (SELECT FROM store);
        """;

    /// <summary>Any number that nobody else uses: gateways that start together make the tables one after the other.</summary>
    public const string Lock = "SELECT pg_advisory_xact_lock(7201462911435281747)";

    private const string Arrived = """
        gateway_id text NOT NULL, shipped_at bigint NOT NULL DEFAULT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint
        """;

    private const string Sums = """
        requests bigint NOT NULL, succeeded bigint NOT NULL, input_tokens bigint NOT NULL, output_tokens bigint NOT NULL,
        cache_creation_input_tokens bigint NOT NULL, cache_creation_1h_input_tokens bigint NOT NULL, cache_read_input_tokens bigint NOT NULL,
        web_search_requests bigint NOT NULL, cost_nano_usd bigint NOT NULL, latency_us bigint NOT NULL
        """;

    /// <summary>A correction changes the money, never the count.</summary>
    private const string SumsOfRows = """
        count(*) FILTER (WHERE kind = 'settled'),
        count(*) FILTER (WHERE kind = 'settled' AND status BETWEEN 200 AND 299 AND ending = 'completed'),
        sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cache_creation_input_tokens)::bigint,
        sum(cache_creation_1h_input_tokens)::bigint, sum(cache_read_input_tokens)::bigint, sum(web_search_requests)::bigint,
        sum(cost_nano_usd)::bigint, coalesce(sum(latency_us) FILTER (WHERE kind = 'settled'), 0)::bigint
        """;

    private const string AddSums = """
        DO UPDATE SET requests = sums.requests + excluded.requests, succeeded = sums.succeeded + excluded.succeeded,
            input_tokens = sums.input_tokens + excluded.input_tokens, output_tokens = sums.output_tokens + excluded.output_tokens,
            cache_creation_input_tokens = sums.cache_creation_input_tokens + excluded.cache_creation_input_tokens,
            cache_creation_1h_input_tokens = sums.cache_creation_1h_input_tokens + excluded.cache_creation_1h_input_tokens,
            cache_read_input_tokens = sums.cache_read_input_tokens + excluded.cache_read_input_tokens,
            web_search_requests = sums.web_search_requests + excluded.web_search_requests,
            cost_nano_usd = sums.cost_nano_usd + excluded.cost_nano_usd, latency_us = sums.latency_us + excluded.latency_us
        """;

    // Sums are kept by whatever inserts rows, a statement at a time and in the order of their keys: two gateways that add to
    // the same sums wait for each other, and never both at once.
    private const string First = $"""
        CREATE TABLE usage (
            request_id text NOT NULL, kind text NOT NULL, upstream_request_id text, device_id text NOT NULL, user_id text, org_id text,
            session_id text NOT NULL, client_session_id text, client_agent_id text, client_parent_agent_id text, route text NOT NULL,
            stream bigint NOT NULL, model text NOT NULL, model_asked text, model_answered text, input_tokens bigint NOT NULL,
            output_tokens bigint NOT NULL, cache_creation_input_tokens bigint NOT NULL, cache_creation_1h_input_tokens bigint NOT NULL,
            cache_read_input_tokens bigint NOT NULL, web_search_requests bigint NOT NULL, usage text NOT NULL, quality text NOT NULL,
            quality_reason text, cost_nano_usd bigint NOT NULL, price_version text NOT NULL, unpriced bigint NOT NULL, status bigint NOT NULL,
            upstream_status bigint, ending text NOT NULL, abort text, fault text NOT NULL, error_type text, stop_reason text,
            key_fingerprint text, started_at bigint NOT NULL, first_byte_us bigint, latency_us bigint NOT NULL,
            request_bytes bigint NOT NULL, response_bytes bigint NOT NULL, {Arrived}, PRIMARY KEY (request_id, kind)
        );
        CREATE INDEX usage_by_time ON usage (started_at);
        CREATE INDEX usage_by_device ON usage (device_id, started_at);
        CREATE INDEX usage_by_user ON usage (user_id, started_at) WHERE user_id IS NOT NULL;
        CREATE INDEX usage_by_client_session ON usage (client_session_id, started_at) WHERE client_session_id IS NOT NULL;

        CREATE TABLE usage_hour (
            hour bigint NOT NULL, org_id text NOT NULL, model text NOT NULL, key_fingerprint text NOT NULL, gateway_id text NOT NULL, {Sums},
            PRIMARY KEY (hour, org_id, model, key_fingerprint, gateway_id)
        );
        CREATE TABLE usage_day (
            day bigint NOT NULL, device_id text NOT NULL, user_id text NOT NULL, org_id text NOT NULL, model text NOT NULL, gateway_id text NOT NULL,
            {Sums}, PRIMARY KEY (day, device_id, user_id, org_id, model, gateway_id)
        );
        CREATE INDEX usage_day_by_device ON usage_day (device_id, day);
        CREATE INDEX usage_day_by_user ON usage_day (user_id, day) WHERE user_id <> '';

        CREATE FUNCTION usage_rolls_up() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            INSERT INTO usage_hour AS sums
                SELECT started_at / 3600000000, coalesce(org_id, ''), model, coalesce(key_fingerprint, ''), gateway_id, {SumsOfRows}
                FROM arrived GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
                ON CONFLICT (hour, org_id, model, key_fingerprint, gateway_id) {AddSums};
            INSERT INTO usage_day AS sums
                SELECT started_at / 86400000000, device_id, coalesce(user_id, ''), coalesce(org_id, ''), model, gateway_id, {SumsOfRows}
                FROM arrived GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
                ON CONFLICT (day, device_id, user_id, org_id, model, gateway_id) {AddSums};
            RETURN NULL;
        END $body$;
        CREATE TRIGGER usage_rolls_up AFTER INSERT ON usage REFERENCING NEW TABLE AS arrived
            FOR EACH STATEMENT EXECUTE FUNCTION usage_rolls_up();

        CREATE TABLE outgoing_event (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, type text NOT NULL, at bigint NOT NULL,
            data text NOT NULL, {Arrived}
        );
        CREATE TABLE ownership (
            kind text NOT NULL, resource_id text NOT NULL, device_id text NOT NULL, created_at bigint NOT NULL, {Arrived},
            PRIMARY KEY (kind, resource_id)
        );
        CREATE TABLE retention (subject text NOT NULL PRIMARY KEY, gone_before bigint NOT NULL);
        CREATE TABLE budget (id text NOT NULL PRIMARY KEY, definition text NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL);
        """;
}
