using Microsoft.AspNetCore.Http;
using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>Protocol, section 5.</summary>
public sealed class SimpleModeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?webpubsub_mode=")]
    [InlineData("?webpubsub_mode=sendEvent")]
    [InlineData("?webpubsub_mode=SENDEVENT")]
    [InlineData("?webpubsub_mode=sendEvent&group=g&noEcho=true")]
    public void Messages_are_events_unless_the_query_says_otherwise(string query)
    {
        Assert.Equal(new SimpleMode(null, false), SimpleMode.TryParse(Query(query), out var error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("?webpubsub_mode=sendToGroup&group=g", "g", false)]
    [InlineData("?webpubsub_mode=sendtogroup&group=a%20b%2Fc", "a b/c", false)]
    [InlineData("?webpubsub_mode=sendToGroup&group=g&noEcho=true", "g", true)]
    [InlineData("?webpubsub_mode=sendToGroup&group=g&noEcho=TRUE", "g", true)]
    [InlineData("?webpubsub_mode=sendToGroup&group=g&noEcho=false", "g", false)]
    [InlineData("?webpubsub_mode=sendToGroup&group=g&noEcho=", "g", false)]
    public void Messages_go_to_a_group(string query, string group, bool noEcho)
    {
        Assert.Equal(new SimpleMode(group, noEcho), SimpleMode.TryParse(Query(query), out var error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("?webpubsub_mode=x", "webpubsub_mode")]
    [InlineData("?webpubsub_mode=sendEvent&webpubsub_mode=sendToGroup&group=g", "webpubsub_mode")]
    [InlineData("?webpubsub_mode=sendToGroup", "group")]
    [InlineData("?webpubsub_mode=sendToGroup&group=", "group")]
    [InlineData("?webpubsub_mode=sendToGroup&group=%20%09", "group")]
    public void Anything_else_is_refused(string query, string named)
    {
        Assert.Null(SimpleMode.TryParse(Query(query), out var error));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_group_has_at_most_1024_characters(int length, bool valid) =>
        Assert.Equal(valid, SimpleMode.TryParse(Query("?webpubsub_mode=sendToGroup&group=" + new string('g', length)), out _) is not null);

    private static IQueryCollection Query(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return context.Request.Query;
    }
}
