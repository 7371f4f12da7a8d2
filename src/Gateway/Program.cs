using Latchkey.Gateway;

return await GatewayHost.RunAsync(args);
