using System.Text;
using System.Text.Json;

namespace WsCluster.Tests.Unit.Support;

/// <summary>A WebSocket frame read by RFC 6455, section 5.2, without any code of the server.</summary>
internal sealed record DecodedFrame(bool Final, int Opcode, byte[] Payload)
{
    public string Text => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Payload);

    public JsonElement Json => JsonDocument.Parse(Payload).RootElement;

    /// <summary>Reads exactly one frame.</summary>
    public static DecodedFrame Single(byte[] bytes) => Assert.Single(All(bytes));

    /// <summary>Reads frames to the end; anything left over is a failure.</summary>
    public static List<DecodedFrame> All(ReadOnlySpan<byte> bytes)
    {
        List<DecodedFrame> frames = [];
        while (bytes.Length > 0)
        {
            Assert.Equal(0, bytes[0] & 0x70); // No extension was negotiated, so the reserved bits are 0.
            Assert.Equal(0, bytes[1] & 0x80); // A server never masks.
            var header = 2;
            ulong length = bytes[1];
            if (length == 126)
            {
                length = ((ulong)bytes[2] << 8) | bytes[3];
                Assert.True(length > 125, "The length is not in its shortest form.");
                header = 4;
            }
            else if (length == 127)
            {
                length = 0;
                for (var i = 2; i < 10; i++)
                {
                    length = (length << 8) | bytes[i];
                }

                Assert.True(length > 65535, "The length is not in its shortest form.");
                header = 10;
            }

            var payload = bytes.Slice(header, checked((int)length));
            frames.Add(new DecodedFrame((bytes[0] & 0x80) != 0, bytes[0] & 0x0F, payload.ToArray()));
            bytes = bytes[(header + payload.Length)..];
        }

        return frames;
    }
}
