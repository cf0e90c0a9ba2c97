//! Train feed-forward neural networks by backpropagation.
