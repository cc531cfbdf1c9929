using Xunit;

// More than there are cores in a small machine: these tests mostly wait for servers and for groups of consumers to form.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
