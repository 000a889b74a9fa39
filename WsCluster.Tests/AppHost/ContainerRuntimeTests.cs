using WsCluster.AppHost.Redis;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>Whether a machine can run containers.</summary>
public sealed class ContainerRuntimeTests : IDisposable
{
    private readonly StandInPrograms _programs = new();

    [Theory]
    [InlineData("""[ "$*" = "container ls --last 1" ]""", true)]
    [InlineData("echo 'Cannot connect to the Docker daemon.' >&2; exit 1", false)]
    public async Task Answers_when_it_can_list_containers(string script, bool answers) =>
        Assert.Equal(answers, await ContainerRuntime.AnswersAsync(_programs.Write("runtime", script)));

    [Fact]
    public async Task Does_not_answer_where_there_is_none() =>
        Assert.False(await ContainerRuntime.AnswersAsync(Path.Combine(_programs.Folder, "no-such-program")));

    public void Dispose() => _programs.Dispose();
}
