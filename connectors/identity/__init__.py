"""Who a customer is, on the bank's word: signed tokens, and one conversation per customer whatever the channel."""
