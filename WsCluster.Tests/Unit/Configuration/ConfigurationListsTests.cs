using System.Text;
using Microsoft.Extensions.Configuration;
using WsCluster.ServiceDefaults.Configuration;

namespace WsCluster.Tests.Unit.Configuration;

public sealed class ConfigurationListsTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a;b", "a b")]
    [InlineData("a,b", "a b")]
    [InlineData(" a ; b,c ", "a b c")]
    [InlineData(";a;;b;", "a b")]
    [InlineData("", "")]
    [InlineData(" ; ", "")]
    public void A_list_may_be_one_value(string value, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Configure(("List", value)).GetList("List"));

    [Fact]
    public void A_list_may_be_several_values_in_the_order_of_their_numbers() => Assert.Equal(
        ["zero", "two", "ten"],
        Configure(("Section:List:10", "ten"), ("Section:List:0", " zero "), ("Section:List:2", "two"), ("Section:List:3", " ")).GetList("Section:List"));

    [Fact]
    public void A_list_may_be_a_JSON_array()
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes("""{"List":["a;b","c"],"Empty":[]}"""));
        var configuration = new ConfigurationBuilder().AddJsonStream(json).Build();

        Assert.Equal(["a;b", "c"], configuration.GetList("List"));
        Assert.Empty(configuration.GetList("Empty"));
    }

    [Fact]
    public void What_is_missing_is_an_empty_list() => Assert.Empty(Configure().GetList("List"));

    private static IConfiguration Configure(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
