using System.Text.Json;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>
/// One pass over one body. The top of a message (and of each item of a batch) is read strictly; below it every key may appear, and we only
/// look for models and ids. Every step returns false when the body is refused; the reader throws when it isn't JSON.
/// </summary>
internal ref struct BodyPeekWalk(Utf8JsonReader reader, BodyKind kind)
{
    private const int MaxProperties = 100_000;
    private const int MaxItems = 100_000;
    private const int MaxKeyBytes = 1_000;
    private const int MaxModelLength = 128;
    private const int MaxLabelLength = 64;
    private const int MaxIdLength = 512;
    private const long MaxTokens = 1_000_000;

    /// <summary>The figure of Anthropic's own gateway.</summary>
    private const int MaxNestedModels = 100;

    private const int MaxBilledModels = 1_000;
    private const int MaxIdsOfMessage = 1_000;
    private const int MaxIds = 100_000;

    /// <summary>A character takes at most six bytes of JSON text: \u0061.</summary>
    private const int MaxBytesPerCharacter = 6;

    /// <summary>Names seen before that are compared with the text before a new string is made: the items of a batch mostly share one.</summary>
    private const int RememberedModels = 4;

    private const int FewModels = 16;

    private readonly BodyKind _kind = kind;
    private readonly List<string> _billed = [];
    private Utf8JsonReader _reader = reader;
    private List<string>? _nested;
    private HashSet<string>? _billedSet;
    private List<TenantId>? _ids;
    private HashSet<TenantId>? _idSet;
    private string? _refusal;
    private string? _model;
    private string? _speed;
    private string? _serviceTier;
    private string? _inferenceGeo;
    private bool _stream;
    private bool _fallbacksDefault;
    private bool _hasServerTools;
    private bool _inItem;
    private bool _inParams;
    private long? _maxTokens;
    private long _ceiling;
    private long _fallbackMaxTokens;
    private int _nestedModels;
    private int _idsOfMessage;
    private int _toolCount;
    private int _items;

    /// <summary>What the object being walked is to the API, where that decides which of its keys count.</summary>
    private enum Scope
    {
        Plain,
        Fallback,
        FallbackSide,
        Tool,
        Container,
        Thread,
        Diagnostics,
    }

    public PeekResult Run()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return new PeekResult.Malformed("body: must be a JSON object");
        }

        var batch = _kind == BodyKind.Batch;
        if (!(batch ? ReadBatch() : ReadMessage()) || !BillNested())
        {
            return new PeekResult.Malformed(_refusal!);
        }

        // Throws when anything but white space follows the object.
        _reader.Read();

        return new PeekResult.Peeked(new PeekedBody
        {
            Model = _model!,
            Stream = !batch && _stream,
            MaxTokens = batch ? null : _maxTokens,
            OutputTokenCeiling = _ceiling,
            BilledModels = _billed,
            FallbacksDefault = _fallbacksDefault,
            TenantIds = _ids ?? [],
            Speed = _speed,
            ServiceTier = _serviceTier,
            InferenceGeo = _inferenceGeo,
            HasServerTools = _hasServerTools,
            ToolCount = _toolCount,
            Items = batch ? _items : 1,
        });
    }

    private bool ReadBatch()
    {
        var keys = default(KeysSeen);
        while (NextProperty())
        {
            if (!Admit(ref keys, out var key))
            {
                return false;
            }

            _reader.Read();
            if (!(key == BodyKey.Requests ? ReadItems() : WalkProperty(key)))
            {
                return false;
            }
        }

        return _items > 0 || Refuse("requests", "must be a list of at least one item");
    }

    private bool ReadItems()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return Refuse("requests", "must be a list of at least one item");
        }

        while (NextElement())
        {
            if (++_items > MaxItems)
            {
                return Refuse("requests", "holds more than 100000 items");
            }

            _inItem = true;
            if (!ReadItem())
            {
                return false;
            }

            _inItem = false;
        }

        return true;
    }

    private bool ReadItem()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return Refuse("item", "must be an object");
        }

        var keys = default(KeysSeen);
        var hasParams = false;
        while (NextProperty())
        {
            if (!Admit(ref keys, out var key))
            {
                return false;
            }

            _reader.Read();
            if (key != BodyKey.Params)
            {
                if (!WalkProperty(key))
                {
                    return false;
                }

                continue;
            }

            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                return Refuse("params", "must be an object");
            }

            hasParams = _inParams = true;
            if (!ReadMessage())
            {
                return false;
            }

            _inParams = false;
        }

        return hasParams || Refuse("params", "is required");
    }

    private bool ReadMessage()
    {
        var keys = default(KeysSeen);
        string? model = null;
        long? maxTokens = null;
        long? maxTokensToSample = null;
        _fallbackMaxTokens = 0;
        _nestedModels = 0;
        _idsOfMessage = 0;
        while (NextProperty())
        {
            if (!Admit(ref keys, out var key))
            {
                return false;
            }

            _reader.Read();
            var read = key switch
            {
                BodyKey.Model => ReadModel(out model),
                BodyKey.MaxTokens => ReadTokenCount("max_tokens", out maxTokens),
                BodyKey.MaxTokensToSample => ReadTokenCount("max_tokens_to_sample", out maxTokensToSample),
                BodyKey.Stream => ReadStream(),
                BodyKey.Speed => ReadSpeed(ofFallback: false),
                BodyKey.ServiceTier => ReadLabel("service_tier", ref _serviceTier),
                BodyKey.InferenceGeo => ReadLabel("inference_geo", ref _inferenceGeo),
                BodyKey.Fallbacks => ReadFallbacks(),
                BodyKey.Tools => ReadTools(),
                BodyKey.Container when _reader.TokenType == JsonTokenType.String => TakeId(TenantIdKind.Container),
                BodyKey.Container => WalkAs(Scope.Container),
                BodyKey.Thread => WalkAs(Scope.Thread),
                BodyKey.Diagnostics => WalkAs(Scope.Diagnostics),
                BodyKey.FallbackCreditToken => ReadMoneySource(TenantIdKind.FallbackCredit),
                BodyKey.BillingPolicy => ReadMoneySource(TenantIdKind.BillingPolicy),
                _ => WalkProperty(key),
            };
            if (!read)
            {
                return false;
            }
        }

        if (model is null)
        {
            return Refuse("model", "is required");
        }

        var limit = _kind == BodyKind.Complete ? maxTokensToSample : maxTokens;
        if (limit is null && _kind != BodyKind.CountTokens)
        {
            return Refuse(_kind == BodyKind.Complete ? "max_tokens_to_sample" : "max_tokens", "is required");
        }

        _model ??= model;
        _maxTokens = limit;
        _ceiling += Math.Max(limit ?? 0, _fallbackMaxTokens);
        return Bill(model) && BillNested();
    }

    private bool ReadModel(out string? model)
    {
        model = null;
        if (_reader.TokenType != JsonTokenType.String)
        {
            return Refuse("model", "must be a string");
        }

        if (BodyPeekKeys.RawLength(ref _reader) > MaxModelLength * MaxBytesPerCharacter)
        {
            return Refuse("model", "is longer than 128 characters");
        }

        for (var i = 0; i < Math.Min(_billed.Count, RememberedModels); i++)
        {
            if (_reader.ValueTextEquals(_billed[i]))
            {
                model = _billed[i];
                return true;
            }
        }

        model = _reader.GetString()!;
        return model.Length switch
        {
            0 => Refuse("model", "is empty"),
            > MaxModelLength => Refuse("model", "is longer than 128 characters"),
            _ when BodyPeekText.HasControlCharacter(model) => Refuse("model", "holds a control character"),
            _ => true,
        };
    }

    private bool ReadTokenCount(string name, out long? count)
    {
        // 1.0, 1e3 and 1e400 are a number to one parser and another number, or none, to the next: digits only.
        count = null;
        if (_reader.TokenType != JsonTokenType.Number
            || BodyPeekKeys.RawLength(ref _reader) > 20
            || !_reader.TryGetInt64(out var value)
            || value is < 1 or > MaxTokens)
        {
            return Refuse(name, "must be an integer from 1 to 1000000");
        }

        count = value;
        return true;
    }

    private bool ReadStream()
    {
        if (_reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            return Refuse("stream", "must be true or false");
        }

        _stream = _reader.TokenType == JsonTokenType.True;
        return true;
    }

    private bool ReadSpeed(bool ofFallback)
    {
        string? speed = null;
        if (!ReadLabel("speed", ref speed))
        {
            return false;
        }

        // A policy or a budget must see the dearest speed that the request can bill.
        if (speed == "fast" || (speed is not null && !ofFallback && _speed is null or "standard"))
        {
            _speed = speed;
        }

        return true;
    }

    /// <summary>A short word that upstream reads: kept when it is a string, and the first of a batch wins.</summary>
    private bool ReadLabel(string name, ref string? label)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return WalkValue();
        }

        if (BodyPeekKeys.RawLength(ref _reader) > MaxLabelLength * MaxBytesPerCharacter || _reader.GetString() is not { Length: <= MaxLabelLength } text)
        {
            return Refuse(name, "is longer than 64 characters");
        }

        label ??= text;
        return true;
    }

    /// <summary>What pays for the call in someone else's name: anything but null counts.</summary>
    private bool ReadMoneySource(TenantIdKind source) => _reader.TokenType switch
    {
        JsonTokenType.String => TakeId(source),
        JsonTokenType.Null => true,
        _ => Take(new TenantId(source, string.Empty)) && WalkValue(),
    };

    private bool ReadFallbacks()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return ReadFallback();
        }

        while (NextElement())
        {
            if (!ReadFallback())
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadFallback()
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return WalkAs(Scope.Fallback);
        }

        if (_reader.ValueTextEquals("default"u8))
        {
            _fallbacksDefault = true;
            return true;
        }

        // No other string is known here; whoever sends a model's name must be allowed to use it.
        return ReadNestedModel();
    }

    private bool ReadTools()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return WalkValue();
        }

        while (NextElement())
        {
            _toolCount++;
            if (!WalkAs(Scope.Tool))
            {
                return false;
            }
        }

        return true;
    }

    private bool WalkValue() => WalkAs(Scope.Plain);

    private bool WalkAs(Scope scope) => _reader.TokenType switch
    {
        JsonTokenType.StartObject => WalkObject(scope, out _),
        JsonTokenType.StartArray => WalkArray(),
        _ => true,
    };

    private bool WalkArray()
    {
        while (NextElement())
        {
            if (!WalkValue())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value of a key that has no meaning of its own where it stands.</summary>
    private bool WalkProperty(BodyKey key) => key switch
    {
        _ when BodyPeekKeys.IsCallersOwnData(key) => Skip(),
        BodyKey.Model when _reader.TokenType == JsonTokenType.String => ReadNestedModel(),
        BodyKey.FileId when _reader.TokenType == JsonTokenType.String => TakeId(TenantIdKind.File),
        _ => WalkValue(),
    };

    /// <summary>
    /// An object below the top. Where a looser spelling would only make us find more models and ids (<c>Model</c>, <c>File_Id</c>), it
    /// counts; where it would make us find fewer, the key has to be exact.
    /// </summary>
    private bool WalkObject(Scope scope, out string? sideModel)
    {
        sideModel = null;
        string? from = null;
        string? to = null;
        var properties = 0;
        var models = 0;
        var types = 0;
        var isFallbackBlock = false;
        while (NextProperty())
        {
            if (++properties > MaxProperties)
            {
                return RefuseProperties();
            }

            var key = BodyPeekKeys.Find(ref _reader, out var exact);
            _reader.Read();
            var token = _reader.TokenType;
            bool walked;
            switch (key)
            {
                case BodyKey.Model when ++models > 1:
                    return Refuse("model", "appears twice in one object");
                case BodyKey.Model when scope == Scope.FallbackSide && token == JsonTokenType.String:
                    walked = ReadModel(out sideModel);
                    break;
                case BodyKey.Type:
                    types++;
                    isFallbackBlock = exact && token == JsonTokenType.String && _reader.ValueTextEquals("fallback"u8);
                    _hasServerTools |= scope == Scope.Tool && token == JsonTokenType.String && IsServerTool();
                    walked = WalkValue();
                    break;
                case BodyKey.From when exact && token == JsonTokenType.StartObject && from is null:
                    walked = WalkObject(Scope.FallbackSide, out from);
                    break;
                case BodyKey.To when exact && token == JsonTokenType.StartObject && to is null:
                    walked = WalkObject(Scope.FallbackSide, out to);
                    break;
                case BodyKey.Speed when scope == Scope.Fallback:
                    walked = ReadSpeed(ofFallback: true);
                    break;
                case BodyKey.MaxTokens when scope == Scope.Fallback && token != JsonTokenType.Null:
                    walked = ReadTokenCount("max_tokens", out var count);
                    _fallbackMaxTokens = Math.Max(_fallbackMaxTokens, count ?? 0);
                    break;
                case BodyKey.Id when scope == Scope.Container && token == JsonTokenType.String:
                    walked = TakeId(TenantIdKind.Container);
                    break;
                case BodyKey.PreviousMessageId when scope == Scope.Thread && token == JsonTokenType.String:
                    walked = TakeId(TenantIdKind.ThreadMessage);
                    break;
                case BodyKey.PreviousMessageId when scope == Scope.Diagnostics && token == JsonTokenType.String:
                    walked = TakeId(TenantIdKind.DiagnosticsMessage);
                    break;
                default:
                    walked = WalkProperty(!exact && BodyPeekKeys.IsCallersOwnData(key) ? BodyKey.Unknown : key);
                    break;
            }

            if (!walked)
            {
                return false;
            }
        }

        // A fallback block in the history says which model handed over to which; it bills nothing any more. Only its end tells that it
        // is one, as the type may come last; a second type makes it anything.
        return (isFallbackBlock && types == 1) || (CountNested(from) && CountNested(to));
    }

    /// <summary>Passes over the caller's own data, in which only the shape is limited.</summary>
    private bool Skip()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return true;
        }

        Span<int> properties = stackalloc int[BodyPeek.MaxDepth + 8];
        var floor = _reader.CurrentDepth;
        do
        {
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                properties[_reader.CurrentDepth + 1] = 0;
            }
            else if (_reader.TokenType == JsonTokenType.PropertyName && ++properties[_reader.CurrentDepth] > MaxProperties)
            {
                return RefuseProperties();
            }
        }
        while (_reader.CurrentDepth > floor);

        return true;
    }

    /// <summary>
    /// The types that run on the client, or cost only their tokens. An unknown type counts as the server's: a new one may bill.
    /// </summary>
    private bool IsServerTool()
    {
        Span<byte> scratch = stackalloc byte[MaxLabelLength * MaxBytesPerCharacter];
        ReadOnlySpan<byte> type = scratch[..BodyPeekKeys.Decode(ref _reader, scratch)];
        return !(type.SequenceEqual("custom"u8)
            || type.StartsWith("bash_"u8)
            || type.StartsWith("text_editor_"u8)
            || type.StartsWith("computer_"u8)
            || type.StartsWith("memory_"u8)
            || type.StartsWith("tool_search_tool_"u8));
    }

    private bool ReadNestedModel() => ReadModel(out var model) && CountNested(model);

    private bool CountNested(string? model)
    {
        if (model is null)
        {
            return true;
        }

        if (++_nestedModels > MaxNestedModels)
        {
            return Refuse("model", "is named more than 100 times below the top");
        }

        (_nested ??= []).Add(model);
        return true;
    }

    private bool BillNested()
    {
        if (_nested is null)
        {
            return true;
        }

        foreach (var model in _nested)
        {
            if (!Bill(model))
            {
                return false;
            }
        }

        _nested.Clear();
        return true;
    }

    private bool Bill(string model)
    {
        if (IsBilled(model))
        {
            return true;
        }

        _billed.Add(model);
        return _billed.Count <= MaxBilledModels || Refuse("model", "more than 1000 different ones");
    }

    private bool IsBilled(string model)
    {
        // Nearly every request names one model or a few: a set is for the hostile and for batches.
        if (_billed.Count < FewModels)
        {
            return _billed.Contains(model);
        }

        _billedSet ??= new HashSet<string>(_billed, StringComparer.Ordinal);
        return !_billedSet.Add(model);
    }

    private bool TakeId(TenantIdKind idKind)
    {
        if (BodyPeekKeys.RawLength(ref _reader) > MaxIdLength * MaxBytesPerCharacter || _reader.GetString() is not { Length: <= MaxIdLength } id)
        {
            return Refuse(NameOf(idKind), "is longer than 512 characters");
        }

        return Take(new TenantId(idKind, id));
    }

    private bool Take(TenantId id)
    {
        if (++_idsOfMessage > MaxIdsOfMessage)
        {
            return Refuse(NameOf(id.Kind), "more than 1000 ids in one message");
        }

        _idSet ??= [];
        if (!_idSet.Add(id))
        {
            return true;
        }

        (_ids ??= []).Add(id);
        return _ids.Count <= MaxIds || Refuse(NameOf(id.Kind), "more than 100000 ids");
    }

    private static string NameOf(TenantIdKind kind) => kind switch
    {
        TenantIdKind.Container => "container",
        TenantIdKind.File => "file_id",
        TenantIdKind.ThreadMessage => "thread.previous_message_id",
        TenantIdKind.DiagnosticsMessage => "diagnostics.previous_message_id",
        TenantIdKind.FallbackCredit => "fallback_credit_token",
        _ => "billing_policy",
    };

    /// <summary>A key at the top of a message, a batch or an item: once only, and not a policy key in other case.</summary>
    private bool Admit(ref KeysSeen keys, out BodyKey key)
    {
        key = BodyKey.Unknown;
        if (++keys.Count > MaxProperties)
        {
            return RefuseProperties();
        }

        if (BodyPeekKeys.RawLength(ref _reader) > MaxKeyBytes)
        {
            return Refuse("body", "a key is longer than 1000 bytes");
        }

        var known = BodyPeekKeys.Find(ref _reader, out var exact);
        if (known != BodyKey.Unknown && exact)
        {
            key = known;
            var bit = 1UL << (int)known;
            if ((keys.Known & bit) != 0)
            {
                return Refuse(BodyPeekText.Quote(_reader.GetString()!), "appears twice");
            }

            keys.Known |= bit;
            return true;
        }

        var name = _reader.GetString()!;
        if (BodyPeekKeys.IsPolicyKey(known))
        {
            return Refuse(BodyPeekText.Quote(name), "is a known key in other case");
        }

        // Made anew for each object: clearing one that an earlier item has blown up costs as much as it once held.
        keys.Others ??= new HashSet<string>(StringComparer.Ordinal);
        return keys.Others.Add(name) || Refuse(BodyPeekText.Quote(name), "appears twice");
    }

    private bool NextProperty()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    private bool NextElement()
    {
        _reader.Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    private bool RefuseProperties() => Refuse("body", "an object has more than 100000 keys");

    private bool Refuse(string name, string problem)
    {
        _refusal = _inItem
            ? $"requests[{_items - 1}].{(_inParams ? "params." : string.Empty)}{name}: {problem}"
            : $"{name}: {problem}";
        return false;
    }

    private struct KeysSeen
    {
        public ulong Known;
        public HashSet<string>? Others;
        public int Count;
    }
}
