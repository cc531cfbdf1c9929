using Xunit;

// Each window has a whole engine of its own and kills parts of it: two at once would only make each other slow.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
