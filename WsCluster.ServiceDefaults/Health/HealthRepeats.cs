using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WsCluster.ServiceDefaults.Health;

/// <summary>
/// Stands between a connection and HTTP, and answers a request for <c>/health</c> that repeats, byte for byte, the one that HTTP has
/// answered on this connection within the last second. So who asks very often costs little more than the system calls; it parses
/// nothing itself, and who asks now and then is served by HTTP with all that belongs to it. The first other request ends it.
/// </summary>
internal sealed class HealthRepeats(PipeReader input, PipeWriter output) : PipeReader
{
    private const int MaxLength = 1024;

    /// <summary>Milliseconds for which HTTP's answer is repeated: far below its time-outs, which have to see that the connection is used.</summary>
    private const int MaxAge = 1_000;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private byte[]? _offered;
    private byte[]? _confirmed;
    private long _until;
    private HealthAnswers? _answers;
    private string _headers = string.Empty;
    private HealthAnswers.Prepared? _last;
    private byte[] _lastBytes = [];
    private bool _off;

    private static ReadOnlySpan<byte> Start => "GET /health "u8;

    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>HTTP answers the request that it has just read. Whether that may be repeated is seen by its request and response.</summary>
    public void Confirm(HttpContext context, HealthAnswers answers)
    {
        if (_offered is null || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false } || !HttpMethods.IsGet(context.Request.Method)
            || context.Request.Protocol != HttpProtocol.Http11 || context.Request.Headers.Connection.Count > 0)
        {
            _off = true;
            return;
        }

        var headers = new StringBuilder();
        foreach (var (name, values) in context.Response.Headers)
        {
            foreach (var value in values)
            {
                headers.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            }
        }

        (_confirmed, _headers, _answers, _last) = (_offered, headers.ToString(), answers, null);
        _until = Environment.TickCount64 + MaxAge;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _off ? input.ReadAsync(cancellationToken) : ReadOtherAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        _off = true; // Who reads on without waiting is in the middle of something.
        return input.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    /// <summary>Answers repetitions, and returns what is something else.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadOtherAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!IsRepetition(result))
            {
                Offer(result);
                return result;
            }

            input.AdvanceTo(result.Buffer.End);
            output.Write(Bytes(await _answers!.GetAsync().ConfigureAwait(false)));
            var flush = output.FlushAsync(cancellationToken);
            if (flush.IsCompleted)
            {
                _ = flush.GetAwaiter().GetResult();
            }
            else
            {
                await WaitAsync(flush.AsTask(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>HTTP's limits do not see this wait, so it has one of its own.</summary>
    private static async Task WaitAsync(Task<FlushResult> flush, CancellationToken cancellationToken)
    {
        try
        {
            _ = await flush.WaitAsync(MaxWait, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new ConnectionAbortedException("The client asks and does not read the answers.", exception);
        }
    }

    private bool IsRepetition(in ReadResult result) =>
        !result.IsCanceled && _confirmed is { } confirmed && result.Buffer is { IsSingleSegment: true } buffer
        && buffer.FirstSpan.SequenceEqual(confirmed) && Environment.TickCount64 < _until;

    /// <summary>Keeps what HTTP is about to read, if it is one whole request that could be confirmed.</summary>
    private void Offer(in ReadResult result)
    {
        _confirmed = _offered = null;
        if (result.IsCanceled)
        {
            return;
        }

        var bytes = result.Buffer.IsSingleSegment && result.Buffer.Length <= MaxLength ? result.Buffer.FirstSpan : default;
        if (bytes.StartsWith(Start) && bytes.IndexOf(End) == bytes.Length - End.Length)
        {
            _offered = bytes.ToArray();
        }
        else
        {
            _off = true;
        }
    }

    private byte[] Bytes(HealthAnswers.Prepared answer)
    {
        if (answer != _last)
        {
            var status = answer.StatusCode == StatusCodes.Status200OK ? "200 OK" : "503 Service Unavailable";
            var head = string.Create(
                CultureInfo.InvariantCulture,
                $"HTTP/1.1 {status}\r\nContent-Length: {answer.Body.Length}\r\nDate: {DateTimeOffset.UtcNow:r}\r\n{_headers}\r\n");
            (_last, _lastBytes) = (answer, [.. Encoding.ASCII.GetBytes(head), .. answer.Body]);
        }

        return _lastBytes;
    }
}
