"""微信公众号: callbacks verified and decrypted, replies within five seconds or by customer-service message."""
