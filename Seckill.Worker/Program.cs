using Seckill.Core.Audit;
using Seckill.Core.DeadLetters;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Outbox;
using Seckill.Core.Payments;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Reconciliation;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Core.WaitingRooms;
using Seckill.Hosting;
using Seckill.Hosting.Security;
using Seckill.Worker;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddSeckillHost("seckill-worker");
builder.Services
    .AddMessaging(builder.Configuration)
    .AddPushSending(builder.Configuration)
    .AddStock(builder.Configuration)
    .AddSchemaMigration()
    .AddOutboxRelay(builder.Configuration)
    .AddOrderIntake(builder.Configuration)
    .AddOrderOutbox(builder.Configuration)
    .AddDeadLetterLoops()
    .AddAuditSweep(builder.Configuration)
    .AddPaymentSaga(builder.Configuration)
    .AddPaymentDeadlines(builder.Configuration)
    .AddStockRecovery(builder.Configuration)
    .AddReconciliation(builder.Configuration)
    .AddPushDelivery(builder.Configuration)
    .AddHostedService<StockHintPublisher>()
    .AddWaitingRoomProgress(builder.Configuration)
    .AddWorkerHealth();

WebApplication app = builder.Build();
app.UseSecurityHeaders();
app.MapSeckillHost();
await app.RunAsync();
