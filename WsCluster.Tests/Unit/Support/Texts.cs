using System.Text;
using CsCheck;

namespace WsCluster.Tests.Unit.Support;

/// <summary>Strings that are hard on encoders: control characters, quotes, emoji, ends of the planes, halves of surrogate pairs.</summary>
internal static class Texts
{
    private static readonly Gen<string> Character = Gen.Frequency(
        (6, Gen.Char[' ', '~'].Select(c => c.ToString())),
        (2, Gen.Char['\0', '\u001f'].Select(c => c.ToString())),
        (2, Gen.OneOf("\"", "\\", "/", "'", "<", "&", "+", "\u007f", "\u0080", "\u2028", "\u2029", "\ufeff", "\uffff")),
        (2, Gen.Char['\u00a0', '\ud7ff'].Select(c => c.ToString())),
        (2, Gen.Int[0x10000, 0x10ffff].Select(char.ConvertFromUtf32)));

    private static readonly Gen<string> CharacterOrHalf = Gen.Frequency(
        (8, Character),
        (1, Gen.Char['\ud800', '\udfff'].Select(c => c.ToString())));

    /// <summary>Unicode, up to 40 characters.</summary>
    public static Gen<string> WellFormed { get; } = Character.Array[0, 40].Select(string.Concat);

    /// <summary>Any UTF-16, unpaired surrogates included.</summary>
    public static Gen<string> Any { get; } = CharacterOrHalf.Array[0, 40].Select(string.Concat);

    /// <summary>A name that a group may have.</summary>
    public static Gen<string> Group { get; } = WellFormed.Where(text => !string.IsNullOrWhiteSpace(text));

    /// <summary>What is left of a string after a trip through UTF-8: halves of pairs become U+FFFD.</summary>
    public static string ThroughUtf8(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
