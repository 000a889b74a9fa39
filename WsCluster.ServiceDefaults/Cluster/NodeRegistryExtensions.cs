using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace WsCluster.ServiceDefaults.Cluster;

internal static class NodeRegistryExtensions
{
    public static void AddNodeRegistry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClusterOptions>().BindConfiguration(ClusterOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ClusterOptions>, ClusterOptions.Validator>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new ClusterKeys(services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterName));
        builder.Services.AddSingleton<NodeRegistry>();
    }
}
