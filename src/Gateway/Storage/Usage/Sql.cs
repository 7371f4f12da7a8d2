using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Text of a statement that the compiler has seen: the rule CA1857 lets only constants in.</summary>
internal readonly record struct SqlFragment
{
    private SqlFragment(string text) => Text = text;

    public string Text { get; }

    public static SqlFragment Constant([ConstantExpected] string text) => new(text);
}

/// <summary>
/// A statement that is put together: what stands in a literal, or is a <see cref="SqlFragment"/>, becomes text; every other value
/// becomes a parameter. So no value can ever be read as SQL.
/// </summary>
internal sealed class Sql
{
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    public Sql Add([InterpolatedStringHandlerArgument("")] Piece piece)
    {
        _ = piece;
        return this;
    }

    /// <summary>Adds something for each item, with a text between them.</summary>
    public Sql AddEach<T>(SqlFragment between, IEnumerable<T> items, Action<Sql, T> add)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                _text.Append(between.Text);
            }

            first = false;
            add(this, item);
        }

        return this;
    }

    /// <summary>The statement as a command with its parameters.</summary>
    public DbCommand On(DbConnection connection)
    {
        var command = connection.CreateCommand();
        var sql = _text.ToString();
#pragma warning disable CA2100 // Literals and constants only: see Piece.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = NameOf(i);
            parameter.Value = _values[i];
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static string NameOf(int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"@p{index}");

    private void AddValue(object value)
    {
        _text.Append(NameOf(_values.Count));
        _values.Add(value);
    }

    /// <summary>What the compiler turns an interpolated string into.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Piece
    {
        private readonly Sql _sql;

        public Piece(int literalLength, int formattedCount, Sql sql)
        {
            _ = literalLength + formattedCount;
            _sql = sql;
        }

        public void AppendLiteral(string text) => _sql._text.Append(text);

        public void AppendFormatted(SqlFragment fragment) => _sql._text.Append(fragment.Text);

        public void AppendFormatted(string value) => _sql.AddValue(value);

        public void AppendFormatted(long value) => _sql.AddValue(value);
    }
}
