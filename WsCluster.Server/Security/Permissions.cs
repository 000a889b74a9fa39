namespace WsCluster.Server.Security;

/// <summary>What a client may do, by its roles. Unknown roles and faulty patterns grant nothing.</summary>
internal sealed class Permissions
{
    private readonly GroupRules _joinLeave;
    private readonly GroupRules _send;

    public Permissions(IEnumerable<string> roles)
    {
        var all = roles.ToArray();
        _joinLeave = new GroupRules(all, "webpubsub.joinLeaveGroup");
        _send = new GroupRules(all, "webpubsub.sendToGroup");
        CanSendToConnections = all.Contains("wscluster.sendToConnection");
        CanSendToUsers = all.Contains("wscluster.sendToUser");
        CanBroadcast = all.Contains("wscluster.broadcast");
        Roles = all;
    }

    /// <summary>The roles as they were given.</summary>
    public IReadOnlyList<string> Roles { get; }

    public bool CanSendToConnections { get; }

    public bool CanSendToUsers { get; }

    public bool CanBroadcast { get; }

    public bool CanJoinOrLeave(string group) => _joinLeave.Allow(group);

    public bool CanSendTo(string group) => _send.Allow(group);

    /// <summary>One kind of permission: for any group, for single groups, and for groups that match a pattern.</summary>
    private sealed class GroupRules
    {
        private readonly bool _any;
        private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
        private readonly List<GroupPattern> _patterns = [];

        public GroupRules(string[] roles, string name)
        {
            foreach (var role in roles)
            {
                if (role == name)
                {
                    _any = true;
                }
                else if (role.StartsWith(name + ".", StringComparison.Ordinal))
                {
                    _groups.Add(role[(name.Length + 1)..]);
                }
                else if (role.StartsWith(name + "s.", StringComparison.Ordinal) && GroupPattern.TryParse(role[(name.Length + 2)..], out var pattern))
                {
                    _patterns.Add(pattern);
                }
            }
        }

        public bool Allow(string group) => _any || _groups.Contains(group) || _patterns.Exists(pattern => pattern.IsMatch(group));
    }
}
