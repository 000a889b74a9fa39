using System.Diagnostics;

namespace WsCluster.LoadTest.Peers.Nchan;

/// <summary>nginx with the nchan module, an nginx for each node, one Redis; clients subscribe and publish over WebSockets.</summary>
internal sealed class NchanPeer(PeerOptions options) : ClusterPeer(options)
{
    private const string Program = "nginx";

    /// <summary>Where Debian puts it.</summary>
    private const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    private const string Install = "apt-get install nginx libnginx-mod-nchan";

    public override string Description => $"nchan, {Options.Nodes} nginx, one worker each, Redis";

    public override IWireProtocol Protocol { get; } = new PathProtocol(joined: null);

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => ProgramFiles.Missing(Program, Install)
        ?? (File.Exists(Module) ? null : $"nginx has no module nchan: {Install}")
        ?? RedisServer.Missing();

    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        await StartRedisAsync(cancellationToken);
        foreach (var (port, process) in NodePorts.Select((port, index) => (port, Start(index, port))).ToArray())
        {
            await process.WaitUntilAsync(() => PublishesAsync(port), cancellationToken);
        }
    }

    private ServerProcess Start(int index, int port)
    {
        var name = $"nchan-{index + 1}";
        var folder = TemporaryFolder.CreateSubdirectory(name).FullName;
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, Configuration(folder, port));
        return Add(ServerProcess.Start(
            name, ProcessRole.Node, new ProcessStartInfo(ProgramFiles.Find(Program)!, ["-e", "stderr", "-p", folder, "-c", file])));
    }

    /// <summary>
    /// nchan keeps the last 10 messages of a channel by itself: a subscriber that is further behind loses some. More are in flight here.
    /// </summary>
    private string Configuration(string folder, int port) => $$"""
        load_module {{Module}};
        daemon off;
        worker_processes 1;
        pid {{folder}}/pid;
        error_log stderr warn;
        events { worker_connections 16384; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          upstream redis { nchan_redis_server redis://127.0.0.1:{{RedisPort}}; }
          nchan_message_buffer_length 1000;
          server {
            listen 127.0.0.1:{{port}} backlog=1024;
            location ~ ^/sub/(?<group>.+)$ {
              nchan_subscriber websocket;
              nchan_subscriber_first_message newest;
              nchan_channel_id $group;
              nchan_redis_pass redis;
            }
            location ~ ^/pub/(?<group>.+)$ {
              nchan_publisher websocket http;
              nchan_channel_id $group;
              nchan_redis_pass redis;
            }
          }
        }
        """;

    /// <summary>Whether it has its Redis: without it, it takes connections, but nothing that is published.</summary>
    private static async Task<bool> PublishesAsync(int port)
    {
        using var answer = await Http.PostAsync($"http://127.0.0.1:{port}/pub/ready", new StringContent("ready"));
        return answer.IsSuccessStatusCode;
    }
}
