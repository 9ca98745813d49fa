namespace Kafka.Modular.Client.Producing;

/// <summary>Told what became of a record, on a thread of the pool, in order per partition. It must not block nor throw.</summary>
public delegate void DeliveryHandler(in Delivery delivery);
