using WsCluster.LoadTest.CommandLine;

return await LoadTestCommand.RunAsync(args);
