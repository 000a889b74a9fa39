using System.Security.Cryptography;
using System.Text;
using CsCheck;
using static WsCluster.Tests.Unit.Security.TokenCheck;

namespace WsCluster.Tests.Unit.Security;

/// <summary>Who may sign, and how (protocol, section 1.1).</summary>
public sealed class AccessTokenSignatureTests
{
    private static readonly string Payload = TokenMint.Payload(Now);

    private readonly TokenCheck _check = new();

    [Fact]
    public async Task A_token_signed_with_the_key_is_accepted() => Assert.NotNull((await _check.RunAsync(TokenMint.Sign(Payload))).Identity);

    [Theory]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","kid":"whatever"}""")]
    public async Task Other_members_of_the_header_are_no_matter(string header) =>
        Assert.NotNull((await _check.RunAsync(TokenMint.Sign(Payload, header: header))).Identity);

    [Fact]
    public async Task Two_keys_may_be_valid_at_once()
    {
        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload, TokenMint.SecondaryKey)));

        _check.Options.SecondaryAccessKey = TokenMint.SecondaryKey;

        Assert.NotNull((await _check.RunAsync(TokenMint.Sign(Payload, TokenMint.SecondaryKey))).Identity);
        Assert.NotNull((await _check.RunAsync(TokenMint.Sign(Payload))).Identity);
        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload, "a-third-key-of-more-than-32-bytes-long")));
    }

    [Fact]
    public async Task The_secondary_key_alone_will_do()
    {
        _check.Options.AccessKey = null;
        _check.Options.SecondaryAccessKey = TokenMint.SecondaryKey;

        Assert.NotNull((await _check.RunAsync(TokenMint.Sign(Payload, TokenMint.SecondaryKey))).Identity);
        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload)));
    }

    [Fact]
    public async Task Without_keys_no_token_is_valid()
    {
        _check.Options.AccessKey = null;

        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload)));
        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload, "")));
    }

    /// <summary>The SDK takes the key's characters; a key that looks like base64 is not decoded.</summary>
    [Fact]
    public async Task The_key_is_the_text_and_not_what_its_base64_says()
    {
        const string Base64 = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        _check.Options.AccessKey = Base64;

        Assert.NotNull((await _check.RunAsync(TokenMint.Sign(Payload, Base64))).Identity);
        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload, Encoding.UTF8.GetString(Convert.FromBase64String(Base64)))));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("hs256")]
    [InlineData("")]
    public async Task No_other_algorithm_will_do_even_with_the_key(string algorithm)
    {
        var header = $$"""{"alg":"{{algorithm}}","typ":"JWT"}""";

        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload, header: header)));
        AssertRefused(await _check.RunAsync(TokenMint.Sign(Payload, header: header, sha512: true)));
        AssertRefused(await _check.RunAsync($"{TokenMint.Encode(header)}.{TokenMint.Encode(Payload)}."));
        AssertRefused(await _check.RunAsync($"{TokenMint.Encode(header)}.{TokenMint.Encode(Payload)}"));
    }

    [Fact]
    public async Task A_token_signed_with_a_private_key_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var signed = $"{TokenMint.Encode("""{"alg":"RS256","typ":"JWT"}""")}.{TokenMint.Encode(Payload)}";
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        AssertRefused(await _check.RunAsync($"{signed}.{TokenMint.Encode(signature)}"));
    }

    [Fact]
    public async Task A_change_anywhere_breaks_the_signature()
    {
        var token = TokenMint.Sign(Payload);
        await Gen.Select(Gen.Int[0, token.Length - 1], Gen.Char.AlphaNumeric).SampleAsync(
            async (place, character) =>
            {
                var changed = token[..place] + character + token[(place + 1)..];

                // The last character carries two bits that no byte of the signature has; decoders may ignore them.
                if (changed != token && place != token.Length - 1)
                {
                    AssertRefused(await _check.RunAsync(changed));
                }
            },
            iter: 300);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("a.b.c.d.e")]
    [InlineData("🙂.🙂.🙂")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.")]
    public async Task What_is_no_token_is_refused(string token) => AssertRefused(await _check.RunAsync(token));

    [Fact]
    public async Task A_huge_token_is_refused() => AssertRefused(await _check.RunAsync(new string('a', 1_000_000)));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"x\"")]
    public async Task A_payload_that_is_no_object_is_refused(string payload) => AssertRefused(await _check.RunAsync(TokenMint.Sign(payload)));
}
