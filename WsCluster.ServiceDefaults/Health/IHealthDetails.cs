namespace WsCluster.ServiceDefaults.Health;

/// <summary>What a process adds to its <c>/health</c> answer besides status, uptime and checks.</summary>
public interface IHealthDetails
{
    /// <summary>Members of the JSON object, in order; values are numbers, strings, booleans or null.</summary>
    IEnumerable<KeyValuePair<string, object?>> GetDetails();
}
